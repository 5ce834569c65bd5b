"""Behaviors found by counting: steps that successful traces take one after the other, again.

Closed contiguous sequences: one is left out where a longer one holds it and is taken by as many
traces. A function of the traces that there are, in whatever order they are given.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from memsvc.core.handbook.line import LONGEST, Line, ProposedBy, instruction_of, topics_of, visible
from memsvc.core.handbook.names import LONGEST as LONGEST_NAME
from memsvc.core.handbook.names import normalised_name
from memsvc.core.handbook.suspicion import suspicions
from memsvc.core.handbook.trace import Trace
from memsvc.core.memory import least_trust
from memsvc.core.quoting import CUT
from memsvc.core.repetition import words

FEWEST_STEPS, MOST_STEPS = 2, 6
"""Steps of a sequence."""
FEWEST_TRACES = 2
"""Distinct traces that must take it."""
MOST_READ = 500
"""Steps of a trace that are read, the first of them."""
MOST_PROPOSED = 50
"""Sequences proposed at most: those that most traces take, longer ones first."""

_BEGINNING, _BETWEEN, _END = "In this order: ", ", then ", "."
_NUMBERING = re.compile(r"(?:(?:step|action) ?)?\d{1,3} ?[.):] |[-*\u2022] ", re.IGNORECASE)
_UNTOLD = frozenset(
    "a an and at by for from in into it its of on or that the then this to with".split()  # noqa: SIM905
)

Steps: TypeAlias = tuple[str, ...]
"""Steps one after the other, each as its words are up to case and punctuation."""
_Places: TypeAlias = dict[int, int]
"""Where a sequence first begins in each trace that takes it."""


class _Read(NamedTuple):
    """A trace with its steps as they are compared and as they are spelt."""

    trace: Trace
    steps: Steps
    spelt: tuple[str, ...]


def frequent_steps(traces: Iterable[Trace]) -> tuple[Line, ...]:
    """Candidates, one for each sequence that two successful traces take, most taken first.

    Worded as the earliest of these spells it, and applying to the class of their tasks where that
    is one. Where a run is longer than a sequence may be, it is told in pieces.
    """
    ordered = sorted(traces, key=lambda trace: (trace.number, trace.id))
    first: dict[str, Trace] = {}
    for trace in ordered:
        first.setdefault(trace.id, trace)
    reads = [_read(trace) for trace in first.values() if trace.succeeded]
    found = _without_overlaps(_closed(_frequent(reads)))
    chosen = sorted(found, key=lambda steps: (-len(found[steps]), -len(steps), steps))
    names = _names(chosen[:MOST_PROPOSED])
    return tuple(_line(name, steps, found[steps], reads) for steps, name in names.items())


def _read(trace: Trace) -> _Read:
    told = [_NUMBERING.sub("", visible(step), count=1) for step in trace.steps[:MOST_READ]]
    pairs = [(" ".join(words(step)), step) for step in told]
    pairs = [(step, spelt) for step, spelt in pairs if step]
    return _Read(trace, tuple(step for step, _ in pairs), tuple(spelt for _, spelt in pairs))


def _frequent(reads: Sequence[_Read]) -> dict[Steps, _Places]:
    """Sequences of each length that enough traces take."""
    frequent: dict[Steps, _Places] = {}
    for length in range(1, MOST_STEPS + 1):
        taken: dict[Steps, _Places] = defaultdict(dict)
        for which, (_, steps, _) in enumerate(reads):
            for at in range(len(steps) - length + 1):
                sequence = steps[at : at + length]
                # No more traces take it than take what it begins and ends with.
                if length == 1 or (sequence[1:] in frequent and sequence[:-1] in frequent):
                    taken[sequence].setdefault(which, at)
        frequent |= {one: places for one, places in taken.items() if len(places) >= FEWEST_TRACES}
    return frequent


def _closed(frequent: Mapping[Steps, _Places]) -> dict[Steps, _Places]:
    told = {
        part
        for steps, places in frequent.items()
        for part in (steps[1:], steps[:-1])
        if len(frequent.get(part, ())) == len(places)
    }
    return {
        steps: places
        for steps, places in frequent.items()
        if len(steps) >= FEWEST_STEPS and steps not in told
    }


def _without_overlaps(closed: Mapping[Steps, _Places]) -> dict[Steps, _Places]:
    """Less what of a longer run is told by its pieces, one after the other, and its last steps."""
    starts = {_moved(places, 0): steps for steps, places in closed.items() if _is_longest(steps)}
    left_out: set[Steps] = set()
    for places in starts:
        if _moved(dict(places), -1) in starts:
            continue
        run = [places]
        while (after := _moved(dict(run[-1]), 1)) in starts:
            run.append(after)
        told = {*run[::MOST_STEPS], run[-1]}
        left_out.update(starts[one] for one in run if one not in told)
    return {steps: places for steps, places in closed.items() if steps not in left_out}


def _is_longest(steps: Steps) -> bool:
    return len(steps) == MOST_STEPS


def _moved(places: _Places, by: int) -> tuple[tuple[int, int], ...]:
    return tuple((which, at + by) for which, at in places.items())


def _names(chosen: Sequence[Steps]) -> dict[Steps, str]:
    """A name for each; those that would share one bear a mark of their own, made of their steps."""
    named = {steps: _name(steps) for steps in chosen}
    often = Counter(named.values())
    return {
        steps: name if often[name] == 1 else _marked(name, steps) for steps, name in named.items()
    }


def _name(steps: Steps) -> str:
    """From the first telling words of each step."""
    each = 2 if len(steps) <= MOST_STEPS // 2 else 1
    telling = (
        " ".join([word for word in step.split() if word not in _UNTOLD][:each]) for step in steps
    )
    try:
        return normalised_name(" ".join(telling))
    except ValueError:
        # Words of another alphabet.
        return normalised_name("steps")


def _marked(name: str, steps: Steps) -> str:
    written = "\n".join(steps).encode("utf-8", "surrogatepass")
    mark = blake2b(written, digest_size=4).hexdigest()
    return f"{name[: LONGEST_NAME - len(mark) - 1].rstrip('_')}_{mark}"


def _line(name: str, steps: Steps, places: _Places, reads: Sequence[_Read]) -> Line:
    sources = [reads[which].trace for which in sorted(places)]
    earliest = min(places)
    at = places[earliest]
    instruction = _instruction(reads[earliest].spelt[at : at + len(steps)])
    return Line(
        name=name,
        instruction=instruction,
        topics=_topics(sources),
        trust=least_trust(one.trust for one in sources),
        source_ids=tuple(one.id for one in sources),
        proposed_by=ProposedBy.STEPS,
        flagged=suspicions(instruction, name),
    )


def _instruction(spelt: Sequence[str]) -> str:
    frame = len(_BEGINNING) + len(_BETWEEN) * (len(spelt) - 1) + len(_END)
    room = (LONGEST - frame) // len(spelt)
    steps = [_within(step.rstrip(" .;,:!"), room) for step in spelt]
    return instruction_of(_BEGINNING + _BETWEEN.join(steps) + _END)


def _within(step: str, room: int) -> str:
    if len(step) <= room:
        return step
    start = step[: room - len(CUT)]
    whole = start.rpartition(" ")[0] or start
    return whole.rstrip(" ,;:") + CUT


def _topics(sources: Sequence[Trace]) -> tuple[str, ...]:
    classes = {one.task_class for one in sources if one.task_class}
    if len(classes) != 1 or not all(one.task_class for one in sources):
        return ()
    try:
        return topics_of(classes)
    except ValueError:
        return ()

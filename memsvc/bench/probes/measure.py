"""Probe a service: is what was told recognised, recalled on a cue, kept, and what disturbs it?

Recognition, cued recall and retention are three numbers, as in research on human memory. Noise in
questions, look-alikes and other kinds of memories show what recall hangs on; and without the
memories the answers must be gone, or they never came from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean

import httpx
import orjson

import memsvc
from memsvc.bench.client import LoadFailed
from memsvc.bench.machine import Machine, this_machine
from memsvc.bench.probes.agent import PAGE, Agent, Answer
from memsvc.bench.probes.told import NOISES, Teller, Told, noisy
from memsvc.bench.served import Served, served

EPISODIC = "episodic"


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """How many statements are probed; `environment` of the server, which is one of its own."""

    probes: int = 120
    seed: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """Shares of questions that found their statement first, and within the first ten."""

    first: float
    ten: float


@dataclass(frozen=True, slots=True)
class Noisy:
    """Recall of noisy questions, and how much of the plain questions' pages theirs have."""

    recall: Recall
    overlap: float


@dataclass(frozen=True, slots=True)
class Crowded:
    """Recall after others were told, and the share of statements that came first only before."""

    recall: Recall
    displaced: float


@dataclass(frozen=True, slots=True)
class Dependence:
    """Shares of questions whose answer stands in the context of a prompt.

    With the statements; after they were erased; of an agent that never heard them. `unlike` are
    the questions to which the last two differ.
    """

    told: float
    erased: float
    never: float
    unlike: int


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """All that was measured.

    `recognition` is the chance that a statement that was told, put as a query, scores higher than
    a look-alike that was not (ties count half). `alone` is recall where nothing else was told,
    `unlike` and `alike` after twice as many statements about others, or look-alikes, were.
    `beside` and `within` are recall with as many facts and behaviors about the same things,
    without and with a filter for the kind asked for.
    """

    machine: Machine
    version: str
    probes: int
    recognition: float
    alone: Recall
    unlike: Crowded
    alike: Crowded
    noise: Mapping[str, Noisy]
    beside: Recall
    within: Recall
    dependence: Dependence

    @property
    def passed(self) -> bool:
        """Whether the answers are gone with the memories, as if these had never been."""
        return self.dependence.unlike == 0


def run(options: ProbeOptions) -> ProbeReport:
    """Measure on a server of its own; writes `out` as JSON. Raises LoadFailed."""
    environment = {"MEMSVC_CONSOLIDATE_EVERY_S": "0", **options.environment}
    teller = Teller(options.seed)
    told = teller.tell(options.probes)
    alike = teller.alike(told)
    others = teller.tell(len(alike))
    try:
        with served(environment) as server:
            report = _measured(server, options.seed, told, alike, others)
    except httpx.HTTPError as error:
        raise LoadFailed(f"the server refused: {error}") from None
    if options.out is not None:
        found = {**asdict(report), "passed": report.passed}
        options.out.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    return report


def _measured(
    server: Served, seed: int, told: Sequence[Told], alike: Sequence[Told], others: Sequence[Told]
) -> ProbeReport:
    crowded = Agent(server, "crowded")
    ids = crowded.hear(told)
    before = _asked(crowded, told)
    crowded.hear(alike)
    agent = Agent(server, "probed")
    ids_here = agent.hear(told)
    agent.hear(others)
    plain = _asked(agent, told)
    recognition = _recognised(agent, told, alike)
    noise = {kind: _noisy(agent, told, ids_here, plain, kind, seed) for kind in NOISES}
    unlike = _crowded(before, ids, plain, ids_here)
    _add_other_kinds(agent, told)
    return ProbeReport(
        machine=this_machine(),
        version=memsvc.__version__,
        probes=len(told),
        recognition=recognition,
        alone=recall(ids, before),
        unlike=unlike,
        alike=_crowded(before, ids, _asked(crowded, told), ids),
        noise=noise,
        beside=recall(ids_here, _asked(agent, told)),
        within=recall(ids_here, [agent.search(one.question, [EPISODIC]) for one in told]),
        dependence=_dependence(server, told, others),
    )


def _asked(agent: Agent, told: Sequence[Told]) -> list[Answer]:
    return [agent.search(one.question) for one in told]


def recall(ids: Sequence[str], answers: Sequence[Answer]) -> Recall:
    """How often the statement that was asked for is first, and among the first ten."""
    pairs = list(zip(ids, answers, strict=True))
    return Recall(
        first=mean(_is_first(id_, answer) for id_, answer in pairs),
        ten=mean(id_ in answer.ids[:PAGE] for id_, answer in pairs),
    )


def _is_first(id_: str, answer: Answer) -> bool:
    return list(answer.ids[:1]) == [id_]


def _crowded(
    before: Sequence[Answer],
    ids_before: Sequence[str],
    after: Sequence[Answer],
    ids_after: Sequence[str],
) -> Crowded:
    displaced = [
        _is_first(early, one) and not _is_first(late, other)
        for early, one, late, other in zip(ids_before, before, ids_after, after, strict=True)
    ]
    return Crowded(recall(ids_after, after), mean(displaced))


def _recognised(agent: Agent, told: Sequence[Told], untold: Sequence[Told]) -> float:
    known = [_best(agent.search(one.content)) for one in told]
    foils = [_best(agent.search(one.content)) for one in untold]
    return chance_of_higher(known, foils)


def _best(answer: Answer) -> float:
    return answer.scores[0] if answer.scores else 0.0


def chance_of_higher(known: Sequence[float], foils: Sequence[float]) -> float:
    """The chance that one of `known` is above one of `foils`; equal ones count half (AUC)."""
    return mean((one > other) + (one == other) / 2 for one in known for other in foils)


def _noisy(
    agent: Agent,
    told: Sequence[Told],
    ids: Sequence[str],
    plain: Sequence[Answer],
    kind: str,
    seed: int,
) -> Noisy:
    answers = [agent.search(noisy(one, kind, seed).question) for one in told]
    return Noisy(
        recall(ids, answers),
        mean(overlap(one.ids, other.ids) for one, other in zip(plain, answers, strict=True)),
    )


def overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of a page another one has; 1 of nothing."""
    return len({*one} & {*other}) / len({*one}) if one else 1.0


def _add_other_kinds(agent: Agent, told: Sequence[Told]) -> None:
    """Facts and behaviors about the same people and things, which answer none of the questions."""
    agent.write(
        [
            {"content": f"{one.person} talks a lot about the {one.thing}.", "kind": "semantic"}
            for one in told
        ]
        + [
            {
                "content": f"Ask {one.person} first when a question is about the {one.thing}.",
                "kind": "procedural",
            }
            for one in told
        ]
    )


def _dependence(server: Served, told: Sequence[Told], others: Sequence[Told]) -> Dependence:
    with_them, without = Agent(server, "depending"), Agent(server, "never")
    ids = with_them.hear(told)
    with_them.hear(others)
    # The same conversations of others: a session that is half erased is not one that never was.
    without.hear(others)
    before = _answered(with_them, told)
    with_them.forget(ids)
    erased, never = _answered(with_them, told), _answered(without, told)
    unlike = sum(one != other for one, other in zip(erased, never, strict=True))
    return Dependence(mean(before), mean(erased), mean(never), unlike)


def _answered(agent: Agent, told: Sequence[Told]) -> list[bool]:
    return [one.answer in agent.context(one.question) for one in told]

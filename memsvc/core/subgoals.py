"""Subgoals: chunks of a session. A finished one is summed up in one line; the open one is in full.

Inspired by HiAgent (Hu et al. 2024): subgoals are chunks of working memory, on completion one line
and whether it was met stand for a chunk, and each can be expanded on demand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from memsvc.core.consolidation.sentences import LONGEST, central, spoken_sentences
from memsvc.core.consolidation.summaries import IMPORTANCE, TAG, in_order, people_of
from memsvc.core.memory import SEARCHED, Draft, Kind, Memory, Trust
from memsvc.core.quoting import quoted, shortened

SUMMARY = "subgoal_summary"
"""Relation of the summary of a subgoal that was met to its memories."""
SUMMARY_UNMET = "subgoal_summary_unmet"
"""The same of one that was not: whether it was met must survive that its sources change."""

LINE = 240
"""Characters of a summary that is put together here."""


def relation_of(*, met: bool) -> str:
    """How a summary is derived from the memories of its subgoal."""
    return SUMMARY if met else SUMMARY_UNMET


def subgoal_summary(
    sources: Sequence[Memory], *, met: bool, said: str | None = None
) -> Draft | None:
    """The summary of a subgoal from its memories: one line, `said` by the caller or extracted.

    None without a source that is believed. Put together anew it is always extracted: what a caller
    said may tell of a source that is gone.
    """
    episodes = in_order(sources)
    if not episodes:
        return None
    user_id, subject_ids = people_of(episodes)
    of_session = episodes[0]
    return Draft(
        content=said or _line(episodes),
        kind=Kind.EPISODIC,
        user_id=user_id,
        subject_ids=subject_ids,
        session_id=of_session.session_id,
        subgoal=of_session.subgoal,
        event_time=max(one.event_time or one.created_at for one in episodes),
        importance=IMPORTANCE,
        # No more than its sources are: the least trusted of them decides.
        trust=Trust.OPERATOR,
        metadata={"summary": "subgoal", "subgoal": of_session.subgoal, "met": met},
        tags=(TAG,),
        source_ids=tuple(one.id for one in sorted(episodes, key=lambda one: one.number)),
    )


met_summary = partial(subgoal_summary, met=True)
unmet_summary = partial(subgoal_summary, met=False)


def _line(episodes: Sequence[Memory]) -> str:
    """The most central sentences that one line holds; where none tells enough, the first words."""
    sentences = spoken_sentences(episodes)
    budget = LINE + max((len(one.line) - len(one.text) for one in sentences), default=0)
    chosen = central(sentences, budget)
    if not chosen and sentences:
        chosen = central(sentences, LONGEST + budget)[:1]
    line = quoted(" ".join(one.text for one in chosen))
    shown = (shortened(one.content, LINE) for one in episodes)
    return line or next(filter(None, shown), "") or str(episodes[0].subgoal)


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished subgoal: its name, its summary, whether it was met, and its memories in order."""

    name: str
    summary: Memory
    met: bool
    memories: tuple[Memory, ...]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A subgoal without completion, or with memories that came after it, and these in order."""

    name: str
    memories: tuple[Memory, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """The subgoals of a session: finished ones in order, the one being pursued, others left open.

    The one being pursued is the one of the last memory whose subgoal is not finished.
    """

    finished: tuple[Finished, ...] = ()
    current: Unfinished | None = None
    left_open: tuple[Unfinished, ...] = ()


def agenda_of(memories: Sequence[Memory]) -> Agenda:
    """The agenda of a session, of all its memories in whatever order."""
    standing = [one for one in memories if one.subgoal is not None and one.status in SEARCHED]
    summaries: dict[str, Memory] = {}
    episodes: dict[str, list[Memory]] = {}
    for one in sorted(standing, key=lambda one: one.number):
        if is_summary(one):
            summaries[str(one.subgoal)] = one
        else:
            episodes.setdefault(str(one.subgoal), []).append(one)
    finished: list[Finished] = []
    unfinished: list[Unfinished] = []
    for name, told in episodes.items():
        summary = summaries.get(name)
        ordered = tuple(in_order(told))
        if summary is not None and {one.id for one in told} <= set(summary.source_ids):
            met = summary.metadata.get("met") is True
            finished.append(Finished(name, summary, met, ordered))
        else:
            unfinished.append(Unfinished(name, ordered))
    unfinished.sort(key=_last)
    current = unfinished.pop() if unfinished else None
    return Agenda(tuple(sorted(finished, key=_last)), current, tuple(unfinished))


def is_summary(memory: Memory) -> bool:
    """Whether a memory sums up a subgoal: it has sources, and says so."""
    return bool(memory.source_ids) and memory.metadata.get("summary") == "subgoal"


def _last(subgoal: Finished | Unfinished) -> int:
    return max(one.number for one in subgoal.memories)

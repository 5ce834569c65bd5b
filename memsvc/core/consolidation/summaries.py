"""Summaries: of a session, of a day, of all; each a pure function of its sources.

They show sentences as they were said, one a line, with the day and who said it. None where there is
too little to sum up. The same sources give the same summary, whenever and in whatever order they
come: what is derived anew after an erasure is what it would have been without the erased.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from memsvc.core.consolidation.sentences import (
    Sentence,
    central,
    day_of,
    spoken_sentences,
    summarised_sentences,
)
from memsvc.core.memory import SEARCHED, Draft, Json, Kind, Memory, Trust

TAG = "summary"
"""Stands on every summary: whoever ranks or filters knows it by this."""

FEWEST_TURNS = 4
FEWEST_SESSIONS = 2
FEWEST_DAYS = 2
SESSION_BUDGET, DAY_BUDGET, GLOBAL_BUDGET = 700, 900, 1_800
"""Characters."""
IMPORTANCE = 0.1
"""What was said counts more than what is said about it."""


def session_summary(sources: Sequence[Memory]) -> Draft | None:
    """The summary of the turns of one session; of fewer than four there is none."""
    turns = in_order(sources)
    if len(turns) < FEWEST_TURNS:
        return None
    chosen = central(spoken_sentences(turns), SESSION_BUDGET)
    return _summary(turns, chosen, {"summary": "session", "session_id": turns[0].session_id})


def day_summary(sources: Sequence[Memory]) -> Draft | None:
    """The summary of the sessions that ended on one day, of their summaries.

    Of a single session there is none: its own will do (`stands_for_day`).
    """
    of_day = _of_one_day(sources)
    if len(of_day) < FEWEST_SESSIONS:
        return None
    chosen = central(summarised_sentences(of_day), DAY_BUDGET)
    return _summary(of_day, chosen, {"summary": "day", "day": day_of(of_day[0]).isoformat()})


def stands_for_day(sources: Sequence[Memory]) -> Memory | None:
    """The summary of the only session of a day, which stands for that of the day."""
    of_day = _of_one_day(sources)
    return of_day[0] if len(of_day) == 1 else None


def _of_one_day(sources: Sequence[Memory]) -> list[Memory]:
    """Those of the day that most are of, the earliest of equals.

    They are of several where the last turns of a session were erased: it ended the day before.
    """
    found = in_order(sources)
    days = Counter(map(day_of, found))
    day = min(days, key=lambda one: (-days[one], one), default=None)
    return [one for one in found if day_of(one) == day]


def global_summary(sources: Sequence[Memory]) -> Draft | None:
    """The summary of all days, of theirs; of a single one there is none."""
    days = in_order(sources)
    if len(days) < FEWEST_DAYS:
        return None
    chosen = central(summarised_sentences(days), GLOBAL_BUDGET)
    return _summary(days, chosen, {"summary": "global"})


def in_order(sources: Sequence[Memory]) -> list[Memory]:
    """The sources that are believed, in order of time; those of one time in order of writing."""
    standing = [one for one in sources if one.status in SEARCHED]
    return sorted(standing, key=lambda one: (one.event_time or one.created_at, one.number))


def people_of(sources: Sequence[Memory]) -> tuple[str | None, tuple[str, ...]]:
    """Whom all of it came from, if one, and those whom all of it is about.

    Nothing is ascribed to somebody because of others' words.
    """
    users = {one.user_id for one in sources}
    common = set.intersection(*(set(one.subject_ids) for one in sources))
    return users.pop() if len(users) == 1 else None, tuple(sorted(common))


def _summary(
    sources: Sequence[Memory], chosen: Sequence[Sentence], metadata: dict[str, Json]
) -> Draft | None:
    if not chosen:
        return None
    user_id, subject_ids = people_of(sources)
    return Draft(
        content="\n".join(one.line for one in chosen),
        kind=Kind.EPISODIC,
        user_id=user_id,
        subject_ids=subject_ids,
        event_time=max(one.event_time or one.created_at for one in sources),
        importance=IMPORTANCE,
        # No more than its sources are: the least trusted of them decides.
        trust=Trust.OPERATOR,
        metadata=metadata,
        tags=(TAG,),
        source_ids=tuple(one.id for one in sorted(sources, key=lambda one: one.number)),
    )

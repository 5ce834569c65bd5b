"""Wordings: the memories that hold a behavior's words, one for each time it was put so.

The content is the instruction, tags are the topics, sources the traces. Read back from the memory
alone, so that whatever redacts or erases memories has nothing else to look after.
"""

from __future__ import annotations

from collections.abc import Sequence

from memsvc.core.handbook.line import Line, ProposedBy, instruction_of, topics_of
from memsvc.core.handbook.names import is_name
from memsvc.core.memory import Behavior, Draft, Kind, Memory

HELD_UNDER = "behavior"
"""The key of a wording's metadata."""
LOST_SOURCES = "lost_sources"
"""Why a line is flagged of which sources were erased, or are no longer believed."""


def draft_of(line: Line, id_: str, sources: Sequence[Memory]) -> Draft:
    """The memory that is to hold a line's words.

    It is of a person, or about one, only where all its sources are: `sources` are these.
    """
    people = {one.user_id for one in sources}
    about = [frozenset(one.subject_ids) for one in sources]
    return Draft(
        content=line.instruction,
        kind=Kind.PROCEDURAL,
        user_id=people.pop() if len(people) == 1 else None,
        subject_ids=tuple(sorted(frozenset.intersection(*about))) if about else (),
        trust=line.trust,
        metadata={
            HELD_UNDER: {"proposed_by": line.proposed_by.value, "flagged": list(line.flagged)}
        },
        tags=line.topics,
        behavior=Behavior(line.name, line.instruction),
        source_ids=line.source_ids,
        id=id_,
    )


def line_in(memory: Memory) -> Line | None:
    """The line that a wording holds, a candidate; None for what is none, or not one any more."""
    held, behavior = memory.metadata.get(HELD_UNDER), memory.behavior
    if memory.kind is not Kind.PROCEDURAL or behavior is None or not isinstance(held, dict):
        return None
    flagged, found_by = held.get("flagged"), held.get("proposed_by")
    try:
        instruction, topics = instruction_of(memory.content), topics_of(memory.tags)
    except ValueError:
        return None
    if not is_name(behavior.name) or not isinstance(flagged, list):
        return None
    return Line(
        name=behavior.name,
        instruction=instruction,
        topics=topics,
        trust=memory.trust,
        source_ids=memory.source_ids,
        proposed_by=ProposedBy(found_by) if found_by in set(ProposedBy) else ProposedBy.CALLER,
        flagged=tuple(str(one) for one in flagged),
    )

"""Taken: what became of the lines of an export, and what of them stayed out."""

from __future__ import annotations

from dataclasses import dataclass, field

from memsvc.core.derived import DERIVATIONS, POSTED, Loss
from memsvc.core.erasure import Fate
from memsvc.core.memory import Memory, Status
from memsvc.core.naming import Person, confidence_in
from memsvc.core.statements import slots_said
from memsvc.operations.exported import Exported
from memsvc.operations.reach import NAMED

LINES_TOLD = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the memories of a file, and of what stands beside them.

    `conflicts` are those whose id other content has already, `lines` where the first of them stand;
    `lost_sources` are mentions of sources that the agent does not have; `suppressed` are those that
    were forgotten on request, or are held back, with what rests on them. `decisions`, `marks`,
    `changes` of the handbook and `outcomes` of offers are those that the agent did not have.
    """

    imported: int = 0
    there: int = 0
    conflicts: int = 0
    lost_sources: int = 0
    suppressed: int = 0
    lines: tuple[int, ...] = ()
    decisions: int = 0
    marks: int = 0
    changes: int = 0
    outcomes: int = 0

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            self.imported + other.imported,
            self.there + other.there,
            self.conflicts + other.conflicts,
            self.lost_sources + other.lost_sources,
            self.suppressed + other.suppressed,
            (*self.lines, *other.lines)[:LINES_TOLD],
            self.decisions + other.decisions,
            self.marks + other.marks,
            self.changes + other.changes,
            self.outcomes + other.outcomes,
        )


@dataclass(slots=True)
class LeftOut:
    """What of an agent's memories in a file is not what the agent has.

    `others`: ids that other content has here. `kept_out`: ids of what tombstones keep out, or of
    what rested on that; with it go the slots that it filled, and the sessions it was said in.
    `demoted`: ids of what lost sources to that and is there.
    """

    others: set[str] = field(default_factory=set)
    kept_out: set[str] = field(default_factory=set)
    demoted: set[str] = field(default_factory=set)
    slots: set[int] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    _people: set[str] = field(default_factory=set)

    def keep_out(self, memory: Memory) -> None:
        """Note a memory that stays out."""
        self.kept_out.add(memory.id)
        self.slots.update(slots_said(memory))
        self.sessions.update(filter(None, [memory.session_id]))
        self._people.update(filter(None, [memory.user_id, *memory.subject_ids]))

    def less(self, one: Exported) -> Exported | None:
        """The memory as erasing what is kept out would leave it; None where it would go.

        What could be put together anew from the sources left goes, too: the next run of a
        consolidation does that.
        """
        memory = one.memory
        left = tuple(id_ for id_ in memory.source_ids if id_ not in self.kept_out)
        if len(left) == len(memory.source_ids):
            return one
        relation = POSTED if one.derivation is None else one.derivation.relation
        # Whom of those it came from or is about somebody had forgotten, a tombstone does not tell.
        named = confidence_in(memory, Person(tuple(sorted(self._people)))) >= NAMED
        fate = DERIVATIONS[relation].fate(Loss(memory, len(left), named))
        if not left or fate is not Fate.DEMOTE:
            return None
        self.demoted.add(memory.id)
        demoted = memory._replace(
            status=Status.QUARANTINED,
            source_ids=left,
            superseded_by=None,
            superseded_at=None,
            disputed_with=None,
            valid_to=memory.stated_valid_to,
        )
        return Exported(demoted, one.history, one.derivation, one.uses)

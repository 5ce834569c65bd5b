"""An order to forget: whom or what it selects, and how it is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from memsvc.core.forget_request import Act, ForgetScope, Purpose, Regulation


class Derived(StrEnum):
    """What becomes of what was derived from others, too."""

    REDERIVE = "rederive"
    """Each kind as its own rule says: derived anew, demoted or erased."""
    DELETE = "delete"


class OrderMode(StrEnum):
    """When it is carried out."""

    IMMEDIATE = "immediate"
    TWO_PHASE = "two_phase"
    """Once somebody has confirmed it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A memory that names somebody, and what is to be done with it: `erase` or `redact`."""

    agent_id: str
    memory_id: str
    act: Act


@dataclass(frozen=True, slots=True)
class Selector:
    """What is selected: of the fields that are given, all have to hold.

    People (in all agents, or in one), single memories of an agent, sessions or a stretch of time
    [since, until) of an agent, or, with an agent alone, everything it has. `chosen` come on top.
    """

    subject_ids: tuple[str, ...] = ()
    agent_id: str | None = None
    memory_ids: tuple[str, ...] = ()
    session_ids: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    chosen: tuple[Chosen, ...] = ()

    @property
    def means_whole_people(self) -> bool:
        """Whether nothing is left of the people it names."""
        narrowed = self.agent_id or self.session_ids or self.since or self.until
        return bool(self.subject_ids) and not narrowed

    @property
    def scope(self) -> ForgetScope:
        """What it selects by."""
        if self.subject_ids:
            return ForgetScope.PEOPLE
        if self.memory_ids or self.chosen:
            return ForgetScope.STATE
        if self.session_ids or self.since or self.until:
            return ForgetScope.TRAJECTORY
        return ForgetScope.ENVIRONMENT


@dataclass(frozen=True, slots=True)
class Order:
    """A forget request as somebody gave it."""

    selector: Selector
    regulation: Regulation = Regulation.GDPR
    derived: Derived = Derived.REDERIVE
    mode: OrderMode = OrderMode.IMMEDIATE
    reason: str | None = None
    purpose: Purpose = Purpose.ERASURE

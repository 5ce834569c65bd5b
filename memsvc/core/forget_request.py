"""A forget request: what it may ask, the states and steps it goes through, its clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from memsvc.core.spans import months_later

ALARMS = (50, 80)
"""Shares of the time allowed, in percent, at which a request that is not closed raises an alarm."""
OVERDUE = 100
REQUEST_ID = r"^[A-Za-z0-9._:-]{1,128}$"
"""It stands in paths, headers and receipts; `.` and `..` are none: paths read them otherwise."""


class ForgetScope(StrEnum):
    """What a request selects by."""

    PEOPLE = "people"
    """All that came from people or is about them, in all agents."""
    STATE = "state"
    """Single memories of one agent."""
    TRAJECTORY = "trajectory"
    """Sessions of one agent, a stretch of time, or both."""
    ENVIRONMENT = "environment"
    """All that one agent has."""


class Regulation(StrEnum):
    """The law whose clock runs."""

    GDPR = "gdpr"
    CCPA = "ccpa"
    OTHER = "other"


class Purpose(StrEnum):
    """Why memories are held back: to be erased, or to be kept without being used."""

    ERASURE = "erasure"
    RESTRICTION = "restriction"


class RequestStatus(StrEnum):
    """How far a request has come, and the side paths."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    RESTRICTED = "restricted"
    ERASED = "erased"
    PURGED = "purged"
    VERIFIED = "verified"
    CLOSED = "closed"
    HELD = "held"
    REJECTED = "rejected"
    EXTENDED = "extended"
    FAILED = "failed"
    PARTIAL = "partial"
    CANCELLED = "cancelled"


UNDER_WAY = frozenset(
    {
        RequestStatus.RESTRICTED,
        RequestStatus.ERASED,
        RequestStatus.PURGED,
        RequestStatus.VERIFIED,
        RequestStatus.PARTIAL,
    }
)
"""What the service goes on with by itself, after a crash, too."""

OVER = frozenset({RequestStatus.CLOSED, RequestStatus.REJECTED, RequestStatus.CANCELLED})


class Step(StrEnum):
    """The steps, in order; each may be repeated."""

    RESOLVE = "resolve"
    RESTRICT = "restrict"
    PREPARE = "prepare"
    SHRED = "shred"
    ERASE = "erase"
    INDEX = "index"
    PURGE = "purge"
    TOMBSTONE = "tombstone"
    BACKUP = "backup"
    VERIFY = "verify"
    RECEIPT = "receipt"


REACHED: Mapping[Step, RequestStatus] = {
    Step.RESTRICT: RequestStatus.RESTRICTED,
    Step.INDEX: RequestStatus.ERASED,
    Step.PURGE: RequestStatus.PURGED,
    Step.VERIFY: RequestStatus.VERIFIED,
    Step.RECEIPT: RequestStatus.CLOSED,
}
"""The status that a step, done, leads to."""


class Act(StrEnum):
    """What is to become of a memory that is held back."""

    ERASE = "erase"
    DEMOTE = "demote"
    REDERIVE = "rederive"
    SHRED = "shred"
    """To be erased, and beyond return: its key is being destroyed."""
    REDACT = "redact"
    REDACT_DEMOTED = "redact_demoted"
    """To be redacted and demoted: it loses a source, too."""
    KEEP = "keep"


WHOLE = (Act.ERASE, Act.REDERIVE)
"""What is to leave nothing behind, and can still be kept."""
GONE = (*WHOLE, Act.SHRED)
"""What leaves nothing behind."""
REDACTED = (Act.REDACT, Act.REDACT_DEMOTED)
"""What stays without the name."""


def due_at(regulation: Regulation, received: datetime) -> datetime:
    """By when the request has to be done.

    GDPR Art. 12(3): one month, counted as a calendar month; CCPA § 1798.130(a)(2): 45 days. Others
    are given 30 days.
    """
    if regulation is Regulation.GDPR:
        return months_later(received, 1)
    return received + timedelta(days=45 if regulation is Regulation.CCPA else 30)


def extended_due_at(regulation: Regulation, received: datetime) -> datetime:
    """By when it has to be done once extended: by two months more (GDPR), by as long again."""
    if regulation is Regulation.GDPR:
        return months_later(received, 3)
    return received + timedelta(days=90 if regulation is Regulation.CCPA else 60)


def alarm_at(received: datetime, due: datetime, now: datetime) -> int:
    """The highest alarm reached by now, in percent of the time allowed; 0 for none."""
    share = 100 * (now - received) / (due - received)
    return max((one for one in (*ALARMS, OVERDUE) if share >= one), default=0)

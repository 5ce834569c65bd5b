"""Lines of an export beside its memories: what was decided of two, and sources that are marked.

A line has one of the names below, and under it an object:

    decision    agent_id, memory_id, other_id, verdict, decided_by, decided_at
    mark        agent_id, id, channel, user_id, session_id, marked_at

Those about the handbook are told by `exported_handbook`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from memsvc.core.memory import Channel
from memsvc.core.statements import Verdict
from memsvc.operations.consult import MODEL
from memsvc.operations.exported_handbook import (
    HandbookChange,
    OfferOutcome,
    OfHandbook,
    handbook_in,
    handbook_json,
)
from memsvc.operations.exported_values import id_, moment, text_or_none
from memsvc.operations.resolve import PERSON

_DECISION, _MARK = "decision", "mark"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of two memories of an agent, by whom (`person` or `model`) and when.

    In the order in which the verdict speaks of them.
    """

    agent_id: str
    memory_id: str
    other_id: str
    verdict: Verdict
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class MarkedSource:
    """A source that an agent does not trust: all that is given; None leaves a part free."""

    agent_id: str
    id: str
    channel: Channel | None
    user_id: str | None
    session_id: str | None
    marked_at: datetime


Beside = Decision | MarkedSource | OfHandbook


def beside_json(one: Beside) -> dict[str, Any]:
    """The object of a line."""
    if isinstance(one, HandbookChange | OfferOutcome):
        return handbook_json(one)
    return {_DECISION if isinstance(one, Decision) else _MARK: one}


def beside_in(held: Mapping[str, Any]) -> Beside | None:
    """What an object says, None where it is none of these; raises one of `BROKEN`."""
    if _DECISION in held:
        return _decision(held[_DECISION])
    if _MARK in held:
        return _mark(held[_MARK])
    return handbook_in(held)


def _decision(held: Mapping[str, Any]) -> Decision:
    one, other = id_(held["memory_id"]), id_(held["other_id"])
    decided_by = held["decided_by"]
    if one == other or decided_by not in (PERSON, MODEL):
        raise ValueError
    return Decision(
        id_(held["agent_id"]),
        one,
        other,
        Verdict(held["verdict"]),
        decided_by,
        moment(held["decided_at"]),
    )


def _mark(held: Mapping[str, Any]) -> MarkedSource:
    channel = None if held["channel"] is None else Channel(held["channel"])
    user_id, session_id = text_or_none(held["user_id"]), text_or_none(held["session_id"])
    if channel is None and not user_id and not session_id:
        raise ValueError
    return MarkedSource(
        id_(held["agent_id"]),
        id_(held["id"]),
        channel,
        user_id,
        session_id,
        moment(held["marked_at"]),
    )

"""Lines of an export about an agent's handbook: its changes, and what came of offers.

Words are in memories, which stand above; here are their ids. The names under which the objects
stand, and what they have:

    handbook_change   agent_id, place, version, what, at, actor, memory_id, other_id, back_to,
                      reason, lost, tokens
    offer_outcome     agent_id, offer, at, task_class, class_of, held_out, success, input_tokens,
                      output_tokens, trace_id, offered, cited
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from memsvc.core.handbook.told import LONGEST_LABEL
from memsvc.operations.exported_values import count, flag, id_, large, moment, real, text, texts
from memsvc.store.handbook_changes import What

_CHANGE, _OUTCOME = "handbook_change", "offer_outcome"
_CODE = re.compile(r"[a-z_]{1,64}")
_DRAWN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class HandbookChange:
    """A change of a handbook. `memory_id` and `other_id` are those of the wordings.

    `place` is its place among the agent's changes in this file, from 1, and `version` the version
    that it belongs to, from 1. `back_to` and `lost` are such places, 0 for before the first: to
    what the whole handbook is rolled back, and until when approvals of a wording count no more.
    """

    agent_id: str
    place: int
    version: int
    what: What
    at: datetime
    actor: str
    memory_id: str | None
    other_id: str | None
    back_to: int | None
    reason: str | None
    lost: int | None
    tokens: int


@dataclass(frozen=True, slots=True)
class OfferOutcome:
    """What came of an offer. `offered` and `cited` are ids of wordings, best first.

    `task_class` is the class's name where a trace or the settings tell it. Else `class_of` is the
    first offer of the same class in this file. Both are None for tasks without a class.
    """

    agent_id: str
    offer: str
    at: datetime
    task_class: str | None
    class_of: str | None
    held_out: bool
    success: float
    input_tokens: int
    output_tokens: int
    trace_id: str | None
    offered: tuple[str, ...]
    cited: tuple[str, ...]


OfHandbook = HandbookChange | OfferOutcome


def handbook_json(one: OfHandbook) -> dict[str, Any]:
    """The object of a line."""
    return {_CHANGE if isinstance(one, HandbookChange) else _OUTCOME: one}


def handbook_in(held: Mapping[str, Any]) -> OfHandbook | None:
    """What an object says, None where it is none of these; raises one of `BROKEN`."""
    if _CHANGE in held:
        return _change(held[_CHANGE])
    if _OUTCOME in held:
        return _outcome(held[_OUTCOME])
    return None


def _change(held: Mapping[str, Any]) -> HandbookChange:
    what = What(held["what"])
    memory_id, other_id = _id_or_none(held["memory_id"]), _id_or_none(held["other_id"])
    reason = held["reason"]
    if (memory_id is None) != (what is What.ROLLED_BACK) or (
        (other_id is None) == (what is What.MERGED)
    ):
        raise ValueError
    if reason is not None and not _CODE.fullmatch(reason):
        raise ValueError
    return HandbookChange(
        id_(held["agent_id"]),
        count(held["place"]),
        count(held["version"]),
        what,
        moment(held["at"]),
        id_(held["actor"]),
        memory_id,
        other_id,
        None if held["back_to"] is None else count(held["back_to"]),
        reason,
        None if held["lost"] is None else count(held["lost"]),
        large(held["tokens"]),
    )


def _outcome(held: Mapping[str, Any]) -> OfferOutcome:
    success, task_class, class_of = real(held["success"]), held["task_class"], held["class_of"]
    offered, cited = texts(held["offered"]), texts(held["cited"])
    held_out = flag(held["held_out"])
    if not 0.0 <= success <= 1.0 or not set(cited) <= set(offered) or (held_out and offered):
        raise ValueError
    if task_class is not None and not 0 < len(text(task_class)) <= LONGEST_LABEL:
        raise ValueError
    return OfferOutcome(
        id_(held["agent_id"]),
        _drawn(held["offer"]),
        moment(held["at"]),
        task_class,
        None if class_of is None else _drawn(class_of),
        held_out,
        success,
        large(held["input_tokens"]),
        large(held["output_tokens"]),
        _id_or_none(held["trace_id"]),
        tuple(dict.fromkeys(id_(one) for one in offered)),
        cited,
    )


def _drawn(value: Any) -> str:
    if not _DRAWN.fullmatch(value):
        raise ValueError
    return text(value)


def _id_or_none(value: Any) -> str | None:
    return None if value is None else id_(value)

"""From the wire to drafts: defaults, channel and trust are settled here."""

from __future__ import annotations

from memsvc.api.wire.memories import BehaviorWire, FactWire
from memsvc.api.wire.writing import DraftWire, MessageWire, WriteBody
from memsvc.core.access import Principal, channel_of, trust_of
from memsvc.core.memory import Behavior, Draft, Fact


def drafts_of(body: WriteBody, principal: Principal) -> list[Draft]:
    """The drafts a write body offers, in order."""
    if body.memories:
        return [_draft(one, principal) for one in body.memories]
    return [_turn(one, body, principal) for one in body.messages]


def _draft(wire: DraftWire, principal: Principal) -> Draft:
    return Draft(
        content=wire.content,
        kind=wire.kind,
        user_id=wire.user_id,
        subject_ids=tuple(wire.subject_ids),
        session_id=wire.session_id,
        role=wire.role,
        speaker=wire.speaker,
        event_time=wire.event_time,
        importance=wire.importance,
        trust=trust_of(principal, wire.channel, wire.role),
        channel=wire.channel or channel_of(wire.role),
        metadata=wire.metadata,
        tags=tuple(wire.tags),
        fact=_fact(wire.fact),
        behavior=_behavior(wire.behavior),
        valid_from=wire.valid_from,
        valid_to=wire.valid_to,
        expires_at=wire.expires_at,
        pinned=wire.pinned,
        subgoal=wire.subgoal,
        source_ids=tuple(wire.source_ids),
        id=wire.id,
    )


def _fact(wire: FactWire | None) -> Fact | None:
    if wire is None:
        return None
    return Fact(wire.subject, wire.predicate, wire.object, wire.cardinality)


def _behavior(wire: BehaviorWire | None) -> Behavior | None:
    if wire is None:
        return None
    return Behavior(wire.name, wire.instruction, wire.version)


def _turn(wire: MessageWire, body: WriteBody, principal: Principal) -> Draft:
    """A turn belongs to the person of the conversation, the agent's replies to them included."""
    return Draft(
        content=wire.content,
        user_id=body.user_id,
        session_id=body.session_id,
        role=wire.role,
        speaker=wire.name,
        event_time=wire.timestamp,
        trust=trust_of(principal, None, wire.role),
        channel=channel_of(wire.role),
    )

"""Previews of forget requests as JSON, in the shapes of `wire.forget_previews`."""

from __future__ import annotations

from typing import Any

from memsvc.api.orders import ACTIONS, body_of
from memsvc.operations.forgetting.looking import Meant
from memsvc.operations.forgetting.mentions import Mention, Mentions
from memsvc.operations.forgetting.preview import Preview

DECIMALS = 4


def mentions_json(mentions: Mentions) -> dict[str, Any]:
    """The part of a dry run that tells of mentions."""
    return {
        "mentions": [_mention(one) for one in mentions.found],
        "mentions_complete": mentions.complete,
        "mentions_next": mentions.following,
    }


def preview_json(found: Preview) -> dict[str, Any]:
    """A preview in the shape of `PreviewWire`."""
    return {
        "understood": found.understood,
        "reason": found.reason or None,
        "doubts": found.doubts,
        "candidates": [
            {
                "written": one.written,
                "subject_id": one.subject_id,
                "identities": one.subject.person.identities,
                "names": one.subject.person.names,
            }
            for one in found.candidates
        ],
        "proposal": None if found.order is None else body_of(found.order),
        "counts": found.counts,
        "certain": [_meant(one) for one in found.certain],
        "uncertain": [_meant(one) for one in found.uncertain],
        "mentions": [_mention(one) for one in found.mentions],
        "complete": found.complete,
    }


def _meant(one: Meant) -> dict[str, Any]:
    return {
        "agent_id": one.agent_id,
        "memory_id": one.memory_id,
        "excerpt": one.excerpt,
        "score": round(one.on_topic.score, DECIMALS),
    }


def _mention(one: Mention) -> dict[str, Any]:
    return {
        "agent_id": one.agent_id,
        "memory_id": one.memory_id,
        "confidence": round(one.confidence, DECIMALS),
        "excerpt": one.excerpt,
        "action": None if one.act is None else ACTIONS[one.act],
    }

"""What wire models of the client of mem0 are made of; fields that mean nothing here are named."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints, WithJsonSchema, model_validator

from memsvc.api.mem0.ids import OUTER_PATTERN
from memsvc.api.mem0.times import day_of, expiry_of, moment_of
from memsvc.api.wire.values import AGENT_PATTERN, Wire

NO_MODEL = "nothing is extracted by a model at the write; store what you want kept as `metadata`"
REFUSED = {
    "custom_categories": NO_MODEL,
    "custom_instructions": NO_MODEL,
    "agent_custom_instructions": NO_MODEL,
    "structured_data_schema": NO_MODEL,
    "includes": NO_MODEL,
    "excludes": NO_MODEL,
    "enable_graph": "there is no graph; leave it out",
    "immutable": "no memory is immutable; leave it out",
    "output_format": "answers are those of v1.1; leave it out",
}
"""Fields of mem0 that ask for what is not here, and what to do instead."""
HARMLESS: dict[str, tuple[object, ...]] = {
    # What is answered is stored already, whichever was asked for.
    "async_mode": (True, False),
    "enable_graph": (False,),
    "immutable": (False,),
    "output_format": ("v1.1",),
}
"""Values of such fields that change nothing."""


class Mem0Wire(Wire):
    """Base of what the client sends: fields that change nothing are dropped, others named."""

    @model_validator(mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        asked = {
            name: one
            for name, one in value.items()
            if not any(one is harmless or one == harmless for harmless in HARMLESS.get(name, ()))
        }
        for name, remedy in REFUSED.items():
            if asked.get(name) is not None and name not in cls.model_fields:
                raise ValueError(f"{name}: {remedy}")
        return {
            name: one
            for name, one in asked.items()
            if one is not None or name in cls.model_fields or name not in REFUSED
        }


def _day(value: Any) -> Any:
    day = day_of(value)
    if day is None:
        raise ValueError("must be a date such as 2026-12-31")
    return expiry_of(day)


def _moment(value: Any) -> Any:
    return moment_of(value)


Expiry = Annotated[
    datetime, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})
]
"""A date on the wire; the moment at which what is kept through it is erased."""

OuterMoment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "format": "date-time"}]}),
]
"""A moment on the wire: Unix seconds, a date, which is its beginning, or a time."""

AgentName = Annotated[str, StringConstraints(pattern=AGENT_PATTERN)]
OuterId = Annotated[str, StringConstraints(pattern=OUTER_PATTERN)]

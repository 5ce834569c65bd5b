"""What every answer has: unknown fields are kept, unknown words are let through."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, GetPydanticSchema
from pydantic_core.core_schema import any_schema

T = TypeVar("T")

Open = Annotated[T, GetPydanticSchema(lambda _source, _handler: any_schema())]
"""As the service says it, unchecked: a later one may say words that are not listed here."""


class Answer(BaseModel):
    """Base of all answers: a value that is read, never changed.

    What a later service adds is kept, in `model_extra` and as attributes.
    """

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        protected_namespaces=(),
        defer_build=True,  # a program uses few of the hundred, and waits for none of the others
    )

"""A route of the service: where it is, what it answers, whether it may be repeated."""

from __future__ import annotations

import re
from typing import Generic, TypeVar, cast
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from memsvc.client.errors import UnexpectedAnswer
from memsvc.client.retrying import Repeat

T = TypeVar("T", bound=BaseModel | str | None)


class Route(Generic[T]):
    """One method on one path. `answer`: a model, str for text as it comes, NoneType for nothing."""

    __slots__ = ("_pieces", "answer", "method", "path", "repeat")

    def __init__(
        self, method: str, path: str, answer: type[T], repeat: Repeat | None = None
    ) -> None:
        self.method = method
        self.path = path
        self.answer = answer
        self.repeat = repeat or (Repeat.SAFE if method == "GET" else Repeat.NEVER)
        self._pieces = re.split(r"\{\w+\}", path)

    def at(self, names: tuple[str, ...]) -> str:
        """The path with the names in place, in order."""
        first, *pieces = self._pieces
        quoted = (_segment(name) for name in names)
        return first + "".join(name + piece for name, piece in zip(quoted, pieces, strict=True))

    def read(self, body: bytes) -> T:
        """What the answer says; raises UnexpectedAnswer."""
        if issubclass(self.answer, BaseModel):
            try:
                return cast(T, self.answer.model_validate_json(body))
            except ValidationError as wrong:
                fault = wrong.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(step) for step in fault["loc"])
            raise UnexpectedAnswer(
                f"{self.method} {self.path} answered what this client cannot read "
                f"({where or 'body'}: {fault['type']}); are its version and the service's alike?"
            )
        return cast(T, body.decode() if self.answer is str else None)


def _segment(name: str) -> str:
    """A name as one step of a path."""
    if not name:
        raise ValueError("An id in a path is not empty.")
    # Steps of dots would be resolved by whoever is in between.
    return name.replace(".", "%2E") if name in (".", "..") else quote(name, safe="")

"""What a form posted, read from the body: fields alone, never files, which would touch the disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl

from fastapi import Request

from memsvc.errors import InvalidRequest

MOST_FIELDS = 1_000
ENCODING = "application/x-www-form-urlencoded"


class Form(Mapping[str, str]):
    """Fields by name; of several under one name the last, unless `all` is asked for."""

    def __init__(self, fields: Sequence[tuple[str, str]] = ()) -> None:
        self._fields = tuple(fields)
        self._last = dict(fields)

    def __getitem__(self, name: str) -> str:
        return self._last[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._last)

    def __len__(self) -> int:
        return len(self._last)

    def all(self, name: str) -> list[str]:
        """Every value under a name, such as of boxes that were ticked, in order."""
        return [value for field, value in self._fields if field == name]


async def posted(request: Request) -> Form:
    """The form of a request; raises InvalidRequest for a body that is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != ENCODING:
        raise InvalidRequest.at("body", f"must be a form, {ENCODING}")
    try:
        body = (await request.body()).decode("utf-8")
        fields = parse_qsl(
            body, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise InvalidRequest.at("body", "is no form in UTF-8, or one of too many fields") from None
    return Form(fields)

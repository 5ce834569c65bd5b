"""What an address or a form asks for, read into values; empty fields ask for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from memsvc.errors import InvalidRequest

Word = TypeVar("Word", bound=StrEnum)


def text(fields: Mapping[str, str], name: str, most: int = 256) -> str | None:
    """Words as they were typed, without blanks around; InvalidRequest for too many, and for NUL.

    A browser counts the end of a line as one sign, and sends two.
    """
    return _bounded(fields.get(name, "").replace("\r\n", "\n").strip(), name, most)


def exact(fields: Mapping[str, str], name: str, most: int = 256) -> str | None:
    """An id, to the letter: with other blanks it would be another's. Raises as `text` does."""
    return _bounded(fields.get(name, ""), name, most)


def _bounded(found: str, name: str, most: int) -> str | None:
    if len(found) > most:
        raise InvalidRequest.at(name, f"must have at most {most} characters")
    if "\x00" in found:
        raise InvalidRequest.at(name, "must not contain NUL characters")
    return found or None


def word(fields: Mapping[str, str], name: str, words: type[Word]) -> Word | None:
    """One of a fixed set of words; InvalidRequest for another."""
    found = fields.get(name, "")
    if found == "":
        return None
    if found not in list(words):
        raise InvalidRequest.at(name, f"must be one of {', '.join(words)}")
    return words(found)


def whole(fields: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """A whole number within bounds; InvalidRequest for anything else."""
    found = fields.get(name, "").strip()
    if found == "":
        return None
    if not (found.isascii() and found.isdigit() and len(found) <= 19):
        raise InvalidRequest.at(name, "must be a whole number")
    if not least <= int(found) <= most:
        raise InvalidRequest.at(name, f"must be from {least} to {most}")
    return int(found)

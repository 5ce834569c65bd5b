"""What an examination finds: how one thing stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a thing stands. Only what fails keeps the service from doing what it promises."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an examination; it tells no content, no identity and no key.

    `check` names what was looked at, `found` what it is like, without a stop; `remedy` says in
    sentences what to do, and is empty where there is nothing to be done.
    """

    check: str
    level: Level
    found: str
    remedy: str = ""


def ok(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, found)


def warning(check: str, found: str, remedy: str) -> Finding:
    """Something that may bring harm, or soon will."""
    return Finding(check, Level.WARN, found, remedy)


def failure(check: str, found: str, remedy: str) -> Finding:
    """Something that is broken."""
    return Finding(check, Level.FAIL, found, remedy)


def skipped(check: str, reason: str) -> Finding:
    """It could not be looked at, or there is nothing to look at yet."""
    return Finding(check, Level.SKIPPED, reason)


def fails(findings: list[Finding]) -> bool:
    """Whether anything among them is broken."""
    return any(one.level is Level.FAIL for one in findings)

"""What can go wrong in a call, as one tree of exceptions.

    MemsvcError                 base of all
    ├── NotReached              the service did not answer: refused, cut off, no such host
    │   └── TimedOut            it did not answer in time
    ├── UnexpectedAnswer        something answered that is not memsvc, or not this version
    └── Refused                 the service answered with a problem (RFC 9457)
        ├── Unauthenticated     401 no key, or one that is not valid
        ├── Forbidden           403 the key's role does not allow it
        ├── NotFound            404 unknown, or another's
        ├── Conflicting         409 not as things stand
        │   ├── AlreadyExists   409 your id is taken by other content
        │   ├── SeveralPeople   409 identities of several registered people
        │   └── WrongState      409 past it, or not yet there
        ├── PreconditionFailed  412 `if_match` names another version
        ├── TooLarge            413 send less at once
        ├── InvalidRequest      422 a field breaks a rule; `errors` names it. 405 a wrong method
        │   └── IdempotencyMismatch  422 an idempotency key came again with another body
        ├── RateLimited         429 the key asks too fast
        └── ServerFailed        5xx a defect, or damage
            ├── Unavailable     503 for now; `retry_after` where waiting helps. 502, 504 what stands
            │                   between lost it, or waits no longer: it may have been carried out
            └── StorageFull     507 the disk is full

Calls that may be repeated have been by the time you see NotReached, RateLimited or Unavailable, if
there was time for it: one try that takes as long as `retry_for` stays the only one, and by default
`timeout`, 60 s, is longer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class MemsvcError(Exception):
    """Base of all errors of a call. None of them ever holds the key."""


class NotReached(MemsvcError):
    """The service did not answer; whether it did what was asked is not known."""


class TimedOut(NotReached):
    """The service did not answer in time."""


class UnexpectedAnswer(MemsvcError):
    """What answered does not speak as this client expects."""


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One field at fault: where it stands, and which rule it breaks."""

    location: str
    reason: str


class Refused(MemsvcError):
    """The service answered with a problem: branch on the class or on `code`.

    `detail` says what happened and what to do; `request_id` finds the request in the service's
    logs; `retry_after` is in seconds, None where waiting does not help.
    """

    def __init__(
        self,
        detail: str,
        *,
        status: int,
        code: str = "",
        title: str = "",
        request_id: str = "",
        errors: tuple[BrokenRule, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.code = code
        self.title = title
        self.request_id = request_id
        self.errors = errors
        self.retry_after = retry_after

    def __str__(self) -> str:
        told = f"{self.status} {self.code}: {self.detail}"
        return f"{told} (request {self.request_id})" if self.request_id else told


class Unauthenticated(Refused):
    """No key, or an unknown, expired or revoked one."""


class Forbidden(Refused):
    """The key's role does not allow this."""


class NotFound(Refused):
    """There is no such thing, or it is another's."""


class Conflicting(Refused):
    """It cannot be done as things stand."""


class AlreadyExists(Conflicting):
    """Your id is taken by other content; nothing was stored."""


class SeveralPeople(Conflicting):
    """Identities of one person are registered as those of several; nothing was changed."""


class WrongState(Conflicting):
    """It is past, or not yet at, what is asked of it."""


class PreconditionFailed(Refused):
    """The memory has another version: read it again and repeat."""


class TooLarge(Refused):
    """The body is over the service's limit."""


class InvalidRequest(Refused):
    """A field breaks a rule or a limit; `errors` names it, and never repeats its value."""


class IdempotencyMismatch(InvalidRequest):
    """The idempotency key was used with another body."""


class RateLimited(Refused):
    """The key asks too fast; wait `retry_after` seconds."""


class ServerFailed(Refused):
    """The service failed: a defect, or damage, as `detail` says."""


class Unavailable(ServerFailed):
    """The service, or a model it needs, cannot answer for now.

    With 502 and 504 something in between speaks: whether it was carried out is not known.
    """


class StorageFull(ServerFailed):
    """The service's disk is full; nothing was changed."""


BY_CODE: Mapping[str, type[Refused]] = {
    "already_exists": AlreadyExists,
    "several_people": SeveralPeople,
    "wrong_state": WrongState,
    "idempotency_mismatch": IdempotencyMismatch,
}
BY_STATUS: Mapping[int, type[Refused]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: InvalidRequest,
    409: Conflicting,
    412: PreconditionFailed,
    413: TooLarge,
    422: InvalidRequest,
    429: RateLimited,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
    507: StorageFull,
}


def refusal(status: int, body: bytes, retry_after: str | None) -> MemsvcError:
    """The error that an answer without success is; `retry_after` is the header."""
    told = _problem(body)
    if told is None:
        if status in (502, 503, 504):
            # A proxy speaks for a service that is not there.
            return Unavailable("Something in between found no service.", status=status)
        return UnexpectedAnswer(f"{status}, without a problem in it: is this address memsvc's?")
    code = str(told.get("code", ""))
    fallback = ServerFailed if status >= 500 else Refused
    kind = BY_CODE.get(code) or BY_STATUS.get(status, fallback)
    return kind(
        str(told.get("detail") or told.get("title") or "no detail"),
        status=status,
        code=code,
        title=str(told.get("title", "")),
        request_id=str(told.get("request_id", "")),
        errors=_broken(told.get("errors")),
        retry_after=_seconds(retry_after),
    )


def _problem(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return told if isinstance(told, dict) and "code" in told else None


def _broken(told: object) -> tuple[BrokenRule, ...]:
    if not isinstance(told, list):
        return ()
    return tuple(
        BrokenRule(str(one.get("location", "")), str(one.get("reason", "")))
        for one in told
        if isinstance(one, dict)
    )


def _seconds(header: str | None) -> float | None:
    """Retry-After in seconds; its form with a date is not the service's."""
    try:
        return None if header is None else max(0.0, float(header))
    except ValueError:
        return None

"""Around every request: an id, a body limit, a log line, a measurement, a last safety net."""

from __future__ import annotations

import itertools
import re
import secrets
import time
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from memsvc.api.measures import Measures
from memsvc.api.problems import of_error, problem, readable_by
from memsvc.errors import TooLarge

log: Any = structlog.get_logger("memsvc.request")

# Unique without asking the kernel for randomness at every request.
_PROCESS = secrets.token_hex(8)
_COUNT = itertools.count(1)

# Ids that cannot carry anything but an id: a log must not take names from a header.
_TRACEABLE = re.compile(r"^[0-9a-fA-F-]{16,36}$")


class Observe:
    """The outermost middleware, plain ASGI.

    Logs and metrics know route templates only: never a path with its values, a query or a body.
    What is at `pages` and below tells people itself that a body is over the limit.
    """

    def __init__(self, app: ASGIApp, measures: Measures, body_bytes: int, pages: str) -> None:
        self._app = app
        self._measures = measures
        self._body_bytes = body_bytes
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = _request_id(scope)
        scope["request_id"] = request_id
        status = 0
        readable = readable_by(scope["headers"])
        intake = _Intake(scope, receive, self._body_bytes)
        tells_itself = f"{scope['path']}/".startswith(f"{self._pages}/")

        async def answer(message: Message) -> None:
            nonlocal status
            if intake.overflowed and not tells_itself:
                # The app saw a broken body; what it makes of that is not the answer.
                return
            if message["type"] == "http.response.start":
                status = int(message["status"])
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        try:
            if tells_itself or not intake.overflowed:
                await self._app(scope, intake.receive, answer)
            if intake.overflowed and not status:
                intake.overflowed = False
                await of_error(intake.error, request_id, readable)(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer
            _log_failure(error, request_id)
            if not status:
                await _internal(request_id, readable)(scope, receive, answer)
        finally:
            self._record(scope, status, time.perf_counter() - began, request_id)

    def _record(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        if (failure := scope.get("failure")) is not None:
            # A page of the dashboard has told of it already, in its own words.
            _log_failure(failure, request_id)
        route = scope.get("route")
        template = getattr(route, "path", "unmatched")
        # Callers may invent methods and paths; labels may not follow them.
        known = template != "unmatched" and status != HTTPStatus.METHOD_NOT_ALLOWED
        method = scope["method"] if known else "-"
        self._measures.requests.labels(method, template, status).inc()
        self._measures.seconds.labels(method, template).observe(seconds)
        log.info(
            "request",
            method=method,
            route=template,
            status=status,
            ms=round(seconds * 1e3, 2),
            request_id=request_id,
            key_id=scope.get("key_id"),
        )


class _Intake:
    """A request's body, up to a limit, declared or not."""

    def __init__(self, scope: Scope, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._taken = 0
        self.error = TooLarge(f"The body is over the limit of {limit} bytes.")
        length = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        self.overflowed = length.isdigit() and int(length) > limit

    async def receive(self) -> Message:
        if self.overflowed:
            raise self.error
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self._taken > self._limit:
            self.overflowed = True
            raise self.error
        return message


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _TRACEABLE.match(value.decode("latin-1")):
            return str(value.decode("latin-1"))
    return f"{_PROCESS}{next(_COUNT):016x}"


def _internal(request_id: str, readable: Mapping[str, str]) -> Any:
    return problem(
        500,
        "internal",
        "Internal error",
        "Something broke in the service; the logs know more under this request_id.",
        request_id,
        headers=readable,
    )


def _log_failure(error: Exception, request_id: str) -> None:
    """Type and place of a failure; its message may hold values and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    log.error(
        "failure",
        error=type(error).__name__,
        at=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-6:]],
        request_id=request_id,
    )

"""Errors as RFC 9457 problems: one shape for all, validation included, no value ever repeated."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from memsvc.api.answers import Json
from memsvc.api.auth import EITHER, SCHEMES
from memsvc.api.wire.keys import Problem
from memsvc.errors import MemsvcError, Violation

MEDIA_TYPE = "application/problem+json"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
NAME_SHOWN = 64

DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in (401, 403, 404, 409, 412, 413, 422, 429, 503, 507)
}


OPEN = frozenset({"/healthz", "/readyz"})


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses of a route: these statuses besides those any route can answer."""
    return {status: DOCUMENTED[status] for status in (401, 403, *statuses, 413, 422, 429, 503)}


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    request_id: str,
    violations: Sequence[Violation] = (),
    headers: Mapping[str, str] = NO_HEADERS,
) -> Json:
    """The answer to a request that failed."""
    body: dict[str, Any] = {
        "type": f"urn:memsvc:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
    if violations:
        body["errors"] = [{"location": one.location, "reason": one.reason} for one in violations]
    return Json(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def readable_by(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers with which whoever sent these reads a problem.

    The client of mem0, which says `Token`, reads what went wrong in plain JSON alone.
    """
    said = next((value for name, value in headers if name == b"authorization"), b"")
    return {"Content-Type": Json.media_type} if said[:6].lower() == b"token " else {}


def of_error(error: MemsvcError, request_id: str, more: Mapping[str, str] = NO_HEADERS) -> Json:
    """The problem a deliberate error is."""
    headers = dict(more)
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(
        error.status,
        error.code,
        error.title,
        error.detail,
        request_id,
        error.violations,
        headers,
    )


def install(app: FastAPI) -> None:
    """Make every failure of the app a problem."""

    @app.exception_handler(MemsvcError)
    def _deliberate(request: Request, error: MemsvcError) -> Json:
        return of_error(error, _request_id(request), _readable(request))

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Json:
        violations = [_violation(one) for one in error.errors()]
        return problem(
            422,
            "invalid_request",
            "The request is not valid",
            "; ".join(f"{one.location}: {one.reason}" for one in violations[:3]),
            _request_id(request),
            violations[:50],
            headers=_readable(request),
        )

    @app.exception_handler(HTTPException)
    def _protocol(request: Request, error: HTTPException) -> Json:
        if error.status_code == HTTPStatus.BAD_REQUEST:
            # What FastAPI says of a body that breaks the JSON parser itself.
            reason = "is not JSON in UTF-8, or is nested too deep"
            return problem(
                422,
                "invalid_request",
                "The request is not valid",
                f"body: {reason}",
                _request_id(request),
                [Violation("body", reason)],
                headers=_readable(request),
            )
        status = HTTPStatus(error.status_code)
        return problem(
            status,
            status.phrase.lower().replace(" ", "_"),
            status.phrase,
            f"{status.phrase}: see /docs for the routes and methods there are.",
            _request_id(request),
            headers={**(error.headers or {}), **_readable(request)},
        )

    _document(app)


def _document(app: FastAPI) -> None:
    """Have the Problem schema in OpenAPI, and no trace of FastAPI's own error shape."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = original()
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            for stale in ("HTTPValidationError", "ValidationError", "JsonValue"):
                schemas.pop(stale, None)
            described = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(described.pop("$defs", {}))
            schemas["Problem"] = described
            _secure(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _secure(schema: dict[str, Any]) -> None:
    """Say which routes ask for a key: all but health and readiness."""
    schema["components"]["securitySchemes"] = SCHEMES
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            if path not in OPEN:
                operation.update(EITHER)


def _readable(request: Request) -> dict[str, str]:
    return readable_by(request.scope["headers"])


def _request_id(request: Request) -> str:
    return str(request.scope.get("request_id", ""))


def _violation(error: dict[str, Any]) -> Violation:
    """Pydantic's error without the input; names the caller chose are shortened and made plain."""
    if error["type"] == "json_invalid":
        return Violation("body", "is not valid JSON")
    steps = [str(step) for step in error["loc"]]
    if steps and steps[0] in ("body", "query", "path", "header"):
        steps = steps[1:] or steps
    location = "".join(one if one.isprintable() else "?" for one in ".".join(steps))[:NAME_SHOWN]
    reason = error["msg"].removeprefix("Value error, ")
    if error["type"] == "value_error" and ": " in reason:
        # A rule over several fields names the field at fault itself.
        named, _, reason = reason.partition(": ")
        location = f"{location}.{named}" if location else named
    return Violation(location, reason)

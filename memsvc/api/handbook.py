"""Routes: the handbook is read in several forms, compared, rolled back and taken in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import PlainTextResponse, Response

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.behaviors import answer_json, behavior_json, by_of
from memsvc.api.problems import documented
from memsvc.api.wire.handbook import (
    DiffQuery,
    DiffWire,
    FileFormat,
    Format,
    HandbookQuery,
    HandbookWire,
    ImportAnswer,
    ImportBody,
    RollBackBody,
    RolledBackAnswer,
    VersionList,
)
from memsvc.core.access import Permission
from memsvc.core.handbook.line import Line
from memsvc.core.handbook.rendering import as_json, markdown, skill
from memsvc.core.handbook.versions import LineDiff
from memsvc.errors import InvalidRequest
from memsvc.operations.handbook.go_back import roll_back
from memsvc.operations.handbook.read_book import differing, lines_of, read_book, versions
from memsvc.operations.handbook.take_in_file import from_json, from_markdown, take_in_file

router = APIRouter(
    prefix="/v1/agents/{agent_id}/handbook",
    tags=["handbook"],
    route_class=guarded(Permission.MEMORIES),
)
approval = APIRouter(
    prefix="/v1/agents/{agent_id}/handbook",
    tags=["handbook"],
    route_class=guarded(Permission.APPROVAL),
)

_SHOWN_AS = {"source_ids": "source_trace_ids"}
_TEXT = {"text/markdown": {"schema": {"type": "string"}}}


@router.get(
    "",
    response_model=HandbookWire,
    responses={200: {"description": "The handbook.", "content": _TEXT}, **documented(404)},
)
def read_handbook(
    agent_id: AgentId, request: Request, query: Annotated[HandbookQuery, Query()]
) -> Response:
    """Read the handbook as JSON, or as a file that agents read: its active behaviors."""
    call = call_of(request)
    book = read_book(call.runtime, call.scope)
    told = lines_of(book, query.version)
    lines = [line for line in told.values() if line.status in query.status]
    if query.format is Format.JSON:
        shown = [behavior_json(book, line) for line in lines]
        version = book.version if query.version is None else query.version
        return Json({"version": version, "behaviors": shown})
    return PlainTextResponse(_file(query, lines), media_type="text/markdown")


def _file(query: HandbookQuery, lines: list[Line]) -> str:
    if query.format is Format.MARKDOWN:
        return markdown(lines)
    try:
        return skill(lines, query.name, query.description)
    except ValueError as wrong:
        raise InvalidRequest.at("name", str(wrong).partition(": ")[2]) from None


@router.get("/versions", response_model=VersionList, responses=documented(404))
def list_versions(agent_id: AgentId, request: Request) -> Json:
    """List the versions of the handbook, the newest first.

    Versions are counted over what is left: where something is erased, later ones move up.
    """
    call = call_of(request)
    found = versions(read_book(call.runtime, call.scope))
    return Json(
        {
            "versions": [
                {"version": one.number, "at": one.at, "actor": one.actor, "changes": one.changes}
                for one in found
            ]
        }
    )


@router.get("/diff", response_model=DiffWire, responses=documented(404))
def compare_versions(
    agent_id: AgentId, request: Request, query: Annotated[DiffQuery, Query()]
) -> Json:
    """Tell which behaviors differ between two versions, and in what."""
    call = call_of(request)
    book = read_book(call.runtime, call.scope)
    found = differing(book, query.since, query.until)
    return Json({"behaviors": [_diff_json(one) for one in found]})


@approval.post("/rollback", response_model=RolledBackAnswer, responses=documented(404, 412, 507))
def roll_back_handbook(agent_id: AgentId, body: RollBackBody, request: Request) -> Json:
    """Have every behavior be as it was in a version. That is a new version, and can be undone."""
    call = call_of(request)
    by = by_of(call)
    version = roll_back(call.runtime, call.scope, body.version, by, body.standing)
    return Json({"version": version})


@router.post(
    "/import", status_code=201, response_model=ImportAnswer, responses=documented(404, 507)
)
def import_handbook(agent_id: AgentId, body: ImportBody, request: Request) -> Json:
    """Take in the behaviors of another handbook, as candidates that a person has to approve."""
    call = call_of(request)
    by = by_of(call)
    read = from_json if body.format is FileFormat.JSON else from_markdown
    taken_in = take_in_file(call.runtime, call.scope, read(body.text, by.trust), by)
    book = read_book(call.runtime, call.scope)
    shown = {
        "behaviors": [answer_json(one) for one in taken_in.answers],
        "taken": taken_in.taken,
        "version": book.version,
    }
    return Json(shown, status_code=201)


def _diff_json(one: LineDiff) -> dict[str, Any]:
    return {
        "name": one.name,
        "changed": [_SHOWN_AS.get(field, field) for field in one.changed],
        "before": _line_json(one.before),
        "after": _line_json(one.after),
    }


def _line_json(line: Line | None) -> dict[str, Any] | None:
    if line is None:
        return None
    [shown] = as_json([line])
    assert isinstance(shown, dict), "a line is an object"
    del shown["name"]
    return shown

"""What the OpenAPI document promises, held against generated requests to a real server.

A long run: MEMSVC_FUZZ_EXAMPLES=200 pytest --timeout=0 with this file.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from memsvc.app import create_app
from memsvc.errors import InvalidRequest
from tests.api.site import ADMIN_KEY, settings_in

PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = int(os.environ.get("MEMSVC_FUZZ_EXAMPLES", "15"))
BOUNDED = settings(
    max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
TELLING = 6
"""Characters from which a text is no word that a message holds by chance."""


DOCUMENT = create_app(settings_in(Path())).openapi()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
KNOWN = json.dumps(DOCUMENT) + InvalidRequest.code


def operations() -> Iterator[Any]:
    for path, item in DOCUMENT["paths"].items():
        for method in item:
            yield pytest.param(SCHEMA[path][method], id=f"{method.upper()} {path}")


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {ADMIN_KEY}"
        yield session


def lead_somewhere(case: Case, served: str, session: requests.Session) -> None:
    """Let the request be about what there is: others go no further than a 404 or 412."""
    ids = {"agent_id": "known", "key_id": "9f1c", "request_id": "req-1", "run_id": "run-1"}
    ids |= {"session_id": "s1", "name": "g1", "mark_id": "mark-1"}
    ids |= {"entity_type": "run", "entity_name": "s1"}
    if "session_id" in case.path_parameters:
        draft = {"content": secrets.token_hex(), "session_id": "s1", "subgoal": "g1"}
        path = f"{served}/v1/agents/known/memories"
        session.post(path, json={"memories": [draft]}, timeout=30.0)
    if "mark_id" in case.path_parameters:
        path = f"{served}/v1/agents/known/marked-sources"
        marked = session.post(path, json={"user_id": "nobody"}, timeout=30.0)
        ids["mark_id"] = marked.json().get("id", "nothing")
    if case.path_parameters.keys() & {"memory_id", "mem0_id"}:
        body = {"memories": [{"content": secrets.token_hex()}]}
        written = session.post(f"{served}/v1/agents/known/memories", json=body, timeout=30.0)
        ids["memory_id"] = written.json()["results"][0]["id"]
        ids["mem0_id"] = f"known~{ids['memory_id']}"
    if "trace_id" in case.path_parameters:
        attempt = {"task": "Find it."}
        tried = session.post(f"{served}/v1/agents/known/traces", json=attempt, timeout=30.0)
        ids["trace_id"] = tried.json()["id"]
        # Of others there are none.
        case.query.pop("also", None)
    if "behavior_name" in case.path_parameters:
        told = {"name": secrets.token_hex(8), "instruction": secrets.token_hex(8)}
        put = session.post(f"{served}/v1/agents/known/behaviors", json=told, timeout=30.0)
        ids["behavior_name"] = put.json()["behaviors"][0]["name"]
        if isinstance(case.body, dict):
            # Nobody could know that of the words that were just put.
            case.body.pop("memory_id", None)
    if "offer_id" in case.path_parameters:
        path = f"{served}/v1/agents/known/handbook/search"
        offered = session.post(path, json={"task": "Find it."}, timeout=30.0)
        ids["offer_id"] = offered.json().get("offer_id", "nothing")
        if isinstance(case.body, dict):
            # Nothing was offered, and there is no such trace.
            case.body = {**case.body, "cited": []}
            case.body.pop("trace_id", None)
    if "conflict_id" in case.path_parameters:
        ids["conflict_id"] = disputed(served, session)
    case.path_parameters.update({name: ids[name] for name in case.path_parameters})
    case.query.update({name: ids[name] for name in ("agent_id",) if name in case.query})
    case.headers.pop("if-match", None)


def disputed(served: str, session: requests.Session) -> str:
    """The id of a fresh conflict: two statements as of one moment."""
    name, moment = secrets.token_hex(), "2026-01-01T00:00:00Z"
    body = {
        "memories": [
            {"content": f"The port of host {name} is {port}.", "valid_from": moment}
            for port in (80, 81)
        ]
    }
    written = session.post(f"{served}/v1/agents/known/memories", json=body, timeout=30.0)
    [first, second] = written.json()["results"]
    assert second["event"] == "disputed"
    return str(first["id"])


def sent(case: Case) -> tuple[list[str], list[str]]:
    """Every text that the request carries, and every name it gives one under."""
    texts: list[str] = []
    names: list[str] = []
    waiting: list[Any] = [case.body, case.query, case.path_parameters, dict(case.headers or {})]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict):
            names += value
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
    return texts, names


def without_its_id(answer: str) -> str:
    """The answer but for the request's id, whose digits may be anybody's."""
    return re.sub(r'"request_id":"[^"]*"', "", answer)


def repeats(case: Case, answer: str) -> list[str]:
    """Texts of the request that a refusal repeats and that are no words of the interface.

    A field that is unknown is named, whatever else is called so.
    """
    texts, names = sent(case)
    return [
        text
        for text in texts
        if len(text) >= TELLING
        and text not in KNOWN
        and not any(text in name for name in names)
        and (text in answer or json.dumps(text)[1:-1] in answer)
    ]


@pytest.mark.parametrize("operation", list(operations()))
def test_what_is_promised_is_kept(operation: Any, served: str, session: requests.Session) -> None:
    @given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    @BOUNDED
    def good(case: Case) -> None:
        lead_somewhere(case, served, session)
        response = case.call(base_url=served, session=session)
        case.validate_response(response, checks=PROMISES)

    @given(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @BOUNDED
    def bad(case: Case) -> None:
        case.headers.pop("if-match", None)
        response = case.call(base_url=served, session=session)
        case.validate_response(response, checks=PROMISES)
        if response.status_code >= 400:
            assert repeats(case, without_its_id(response.text)) == []

    good()
    if operation.body or list(operation.iter_parameters()):
        bad()

"""Bad requests: refused with the field named, nothing stored, no value repeated anywhere."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from tests.api.bad_bodies import (
    BAD_CONTEXTS,
    BAD_FILTERS,
    BAD_KEYS,
    BAD_MEMORIES,
    BAD_PATCHES,
    BAD_SEARCHES,
    BAD_SETTINGS,
    BAD_WRITES,
    CANARY,
)
from tests.api.site import PROBLEM, Site

MEMORIES = "/v1/agents/fresh/memories"
KEPT = "/v1/agents/kept/memories/m1"
SEARCH = "/v1/agents/kept/search"
CONTEXT = "/v1/agents/kept/context"
AGENT = "/v1/agents/kept"
CLIENTS = ("httpx2", "httpcore2", "asyncio")
"""Loggers of the tests' own side."""


@pytest.fixture
def house(lasting: Site) -> Site:
    """The agent `kept` has one memory, the agent `fresh` none."""
    for agent, wanted in (("fresh", []), ("kept", ["m1"])):
        lasting.write({"content": "It rains.", "id": "m1"}, agent=agent)
        for memory_id in set(lasting.listed(agent=agent)) - set(wanted):
            lasting.delete(memory_id, agent=agent)
    return lasting


def send(
    site: Site,
    method: str,
    path: str,
    body: str | bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Any:
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    json_type = {"Content-Type": "application/json"}
    return site.client.request(method, path, content=content, headers=json_type | (headers or {}))


@pytest.fixture
def judge(house: Site, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Any:
    """Checks one refusal, and that neither it nor the logs repeat the value."""
    caplog.set_level(logging.DEBUG)
    capfd.readouterr()

    def check(answer: Any, location: str, status: int = 422) -> None:
        problem = answer.json()
        assert (answer.status_code, problem["status"]) == (status, status), answer.text
        assert answer.headers["content-type"] == PROBLEM
        assert problem["request_id"] == answer.headers["x-request-id"]
        locations = [one["location"] for one in problem.get("errors", [])]
        assert location in locations or (not locations and not location), locations
        assert all(one["reason"] for one in problem.get("errors", []))
        printed = capfd.readouterr()
        logged = [one.getMessage() for one in caplog.records if one.name not in CLIENTS]
        for text in (answer.text, str(answer.headers), printed.out, printed.err, *logged):
            assert CANARY not in text
            assert "Traceback" not in text
        assert house.page(agent="fresh")["total"] == 0
        assert house.page(agent="kept")["total"] == 1

    return check


@pytest.mark.parametrize(("body", "location"), BAD_WRITES)
def test_a_broken_write(house: Site, judge: Any, body: str, location: str) -> None:
    judge(send(house, "POST", MEMORIES, body), location)


@pytest.mark.parametrize(("memory", "location"), BAD_MEMORIES)
def test_a_broken_memory_spoils_its_batch(
    house: Site, judge: Any, memory: str, location: str
) -> None:
    body = f'{{"memories":[{{"content":"Good."}},{memory},{{"content":"Good too."}}]}}'

    judge(send(house, "POST", MEMORIES, body), f"memories.1{location}")


@pytest.mark.parametrize(("body", "location"), BAD_PATCHES)
def test_a_broken_change(house: Site, judge: Any, body: str, location: str) -> None:
    before = house.get("m1", agent="kept")

    judge(send(house, "PATCH", KEPT, body), location)

    assert house.get("m1", agent="kept") == before


@pytest.mark.parametrize(("body", "location"), BAD_SEARCHES)
def test_a_broken_search(house: Site, judge: Any, body: str, location: str) -> None:
    judge(send(house, "POST", SEARCH, body), location)


@pytest.mark.parametrize(("body", "location"), BAD_CONTEXTS)
def test_a_broken_context(house: Site, judge: Any, body: str, location: str) -> None:
    judge(send(house, "POST", CONTEXT, body), location)


@pytest.mark.parametrize("path", [SEARCH, CONTEXT])
@pytest.mark.parametrize(("filters", "location"), BAD_FILTERS)
def test_a_broken_filter(house: Site, judge: Any, path: str, filters: str, location: str) -> None:
    judge(send(house, "POST", path, f'{{"query":"rain","filters":{filters}}}'), location)


@pytest.mark.parametrize(("body", "location"), BAD_SETTINGS)
def test_broken_settings(house: Site, judge: Any, body: str, location: str) -> None:
    before = house.client.get(AGENT).json()

    judge(send(house, "PUT", AGENT, body), location)

    assert house.client.get(AGENT).json() == before


@pytest.mark.parametrize(("body", "location"), BAD_KEYS)
def test_a_broken_key(house: Site, judge: Any, body: str, location: str) -> None:
    before = house.client.get("/v1/keys").json()

    judge(send(house, "POST", "/v1/keys", body), location)

    assert house.client.get("/v1/keys").json() == before


@pytest.mark.parametrize("path", [MEMORIES, SEARCH, CONTEXT, AGENT, "/v1/keys"])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut short"),
        pytest.param(f'{{"a": {CANARY}}}'.encode(), id="no JSON"),
        pytest.param(b'{"a": "\xff"}', id="no UTF-8"),
        pytest.param(b"[]", id="a list"),
        pytest.param(f'"{CANARY}"'.encode(), id="a text"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[" * 100_000, id="opened 100,000 times"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="100,000 deep"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, id="100,000 objects deep"),
        pytest.param(b'{"a":' + b"9" * 5_000 + b"}", id="5,000 digits"),
    ],
)
def test_what_is_no_json_object(house: Site, judge: Any, path: str, body: bytes) -> None:
    judge(send(house, "PUT" if path == AGENT else "POST", path, body), "body")


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "9" * 30}, "limit"),
        ({"limit": CANARY}, "limit"),
        ({"limit": "1e1"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"cursor": f"{CANARY}!"}, "cursor"),
        ({"cursor": ""}, "cursor"),
        ({"cursor": "A"}, "cursor"),
        ({"cursor": "AAAAAAAAAAA!"}, "cursor"),
        ({"cursor": "__________8"}, "cursor"),
        ({"cursor": "A" * 12}, "cursor"),
        ({"cursor": CANARY * 20}, "cursor"),
        ({"cursor": "é"}, "cursor"),
        ({"kind": CANARY}, "kind"),
        ({"status": CANARY}, "status"),
        ({"user_id": ""}, "user_id"),
        ({"user_id": f"{CANARY}\0"}, "user_id"),
        ({"session_id": CANARY * 100}, "session_id"),
        ({"nothing": CANARY}, "nothing"),
    ],
)
def test_a_broken_query(house: Site, judge: Any, query: dict[str, str], location: str) -> None:
    judge(house.client.get(MEMORIES, params=query), location)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (f"/v1/agents/{CANARY}%00/memories", "agent_id"),
        (f"/v1/agents/{CANARY * 50}/memories", "agent_id"),
        (f"/v1/agents/{CANARY}%0A/memories", "agent_id"),
        (f"/v1/agents/{CANARY}%0A", "agent_id"),
        (f"/v1/agents/{CANARY * 50}", "agent_id"),
        (f"{MEMORIES}/{CANARY}%20x", "memory_id"),
        (f"{MEMORIES}/{CANARY}%C3%A9", "memory_id"),
        (f"{MEMORIES}/{CANARY}%0A", "memory_id"),
        (f"{MEMORIES}/{CANARY * 20}", "memory_id"),
    ],
)
def test_a_broken_id(house: Site, judge: Any, path: str, location: str) -> None:
    judge(house.client.get(path), location)


def test_a_broken_key_id(house: Site, judge: Any) -> None:
    judge(house.client.delete(f"/v1/keys/{CANARY}"), "key_id")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("if_match", ["", "1", CANARY, f'"{CANARY}"', '"1', 'W/"1"', '"9"'])
def test_an_if_match_that_cannot_match(house: Site, judge: Any, method: str, if_match: str) -> None:
    body = '{"pinned":true}' if method == "PATCH" else None

    judge(send(house, method, KEPT, body, {"If-Match": if_match}), "", status=412)

    assert house.get("m1", agent="kept")["pinned"] is False


@pytest.mark.parametrize("key", ["", f"{CANARY} x", CANARY * 50, f"{CANARY}\t"])
def test_a_broken_idempotency_key(house: Site, judge: Any, key: str) -> None:
    body = json.dumps({"memories": [{"content": "Good."}]})

    judge(send(house, "POST", MEMORIES, body, {"Idempotency-Key": key}), "idempotency-key")


def test_json_under_another_name_is_refused(house: Site, judge: Any) -> None:
    body = json.dumps({"memories": [{"content": CANARY}]})

    judge(send(house, "POST", MEMORIES, body, {"Content-Type": "text/plain"}), "body")

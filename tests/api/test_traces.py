"""Traces over HTTP: recorded, read, listed, and put into prompts."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from memsvc.core.access import Role
from memsvc.core.handbook.reflection import SCHEMA
from memsvc.store import agents, offer_outcomes
from tests.api.site import Site, is_problem

TRACES = "/v1/agents/a1/traces"
BODY: dict[str, Any] = {
    "task": "Find the invoice of Bo.",
    "steps": ["Searched May.", "Opened the folder."],
}


def post(site: Site, agent: str = "a1", **body: Any) -> Response:
    headers = body.pop("headers", None)
    return site.client.post(f"/v1/agents/{agent}/traces", json=BODY | body, headers=headers)


def tried(site: Site, **body: Any) -> str:
    answer = post(site, **body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["event"] == "added"
    return str(answer.json()["id"])


def read(site: Site, id_: str) -> dict[str, Any]:
    answer = site.client.get(f"{TRACES}/{id_}")
    assert answer.status_code == 200, answer.text
    trace: dict[str, Any] = answer.json()
    return trace


def test_a_trace_comes_back_as_it_was_told(site: Site) -> None:
    told = {
        **BODY,
        "outcome": 0.25,
        "input_tokens": 10,
        "output_tokens": 20,
        "model": "small-1",
        "task_class": "lookup",
        "offered": ["behavior_check_units", "Ask first"],
        "cited": ["behavior_ask_first"],
        "user_id": "u1",
        "subject_ids": ["u2"],
        "session_id": "s1",
        "event_time": "2026-01-31T12:00:00Z",
        "channel": "tool",
        "expires_at": "2027-01-01T00:00:00Z",
        "pinned": True,
        "id": "t1",
    }
    assert tried(site, **told) == "t1"

    trace = read(site, "t1")
    assert trace == {
        **told,
        "offered": ["behavior_check_units", "behavior_ask_first"],
        "content": None,
        "trust": "tool",
        "status": "active",
        "created_at": trace["created_at"],
    }
    memory = site.get("t1")
    assert memory["content"] == "\n".join([BODY["task"], *BODY["steps"]])
    assert memory["kind"] == "episodic"
    assert site.found("invoice of Bo") == ["t1"]


def test_what_is_left_out_is_untold(site: Site) -> None:
    answer = site.client.post(TRACES, json={"task": "Find  it.\n", "id": "t1"})

    assert answer.json() == {"id": "t1", "event": "added"}
    trace = read(site, "t1")
    assert (trace["task"], trace["steps"], trace["content"]) == ("Find it.", [], None)
    assert (trace["outcome"], trace["input_tokens"], trace["offered"]) == (None, None, [])
    assert (trace["trust"], trace["channel"]) == ("operator", "agent")
    text = {"task": "Add.", "content": "1\n\n 2", "id": "t2"}
    assert site.client.post(TRACES, json=text).status_code == 201
    assert (read(site, "t2")["content"], read(site, "t2")["steps"]) == ("1\n\n 2", [])


@pytest.mark.parametrize(
    ("outcome", "shown"), [("success", 1.0), ("failure", 0.0), (1, 1.0), (0.5, 0.5), (None, None)]
)
def test_an_outcome_in_a_word_or_a_number(site: Site, outcome: Any, shown: float | None) -> None:
    assert read(site, tried(site, outcome=outcome))["outcome"] == shown


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({"task": ""}, "task"),
        ({"task": " \n "}, "task"),
        ({"task": "x" * 4001}, "task"),
        ({"task": None}, "task"),
        ({"steps": ["a", ""]}, "steps.1"),
        ({"steps": ["x" * 2001]}, "steps.0"),
        ({"steps": ["x"] * 501}, "steps"),
        ({"steps": ["x" * 1000] * 33}, "steps"),
        ({"content": "Both."}, "body"),
        ({"outcome": "won"}, "outcome"),
        ({"outcome": 1.1}, "outcome"),
        ({"outcome": True}, "outcome"),
        ({"outcome": "1"}, "outcome"),
        ({"input_tokens": -1}, "input_tokens"),
        ({"input_tokens": 1.5}, "input_tokens"),
        ({"output_tokens": 10**12 + 1}, "output_tokens"),
        ({"model": " "}, "model"),
        ({"task_class": "x" * 257}, "task_class"),
        ({"offered": ["?"]}, "offered.0"),
        ({"cited": ["x"] * 101}, "cited"),
        ({"id": "a b"}, "id"),
        ({"event_time": "2026-01-01"}, "event_time"),
        ({"kind": "semantic"}, "kind"),
        ({"metadata": {}}, "metadata"),
    ],
)
def test_a_trace_that_is_none(site: Site, body: dict[str, Any], location: str) -> None:
    answer = post(site, **body)

    assert is_problem(answer, 422, "invalid_request")
    assert [one["location"] for one in answer.json()["errors"]] == [location]


def test_a_text_is_as_long_as_a_memory_with_its_task(site: Site) -> None:
    for length, status in ((32_768 - 5, 201), (32_768 - 4, 422)):
        body = {"task": "Add.", "content": "x" * length}
        assert site.client.post(TRACES, json=body).status_code == status


def test_equal_attempts_count_apart_and_a_request_once(site: Site) -> None:
    first, second = tried(site), tried(site)
    headers = {"Idempotency-Key": "k1"}
    third = post(site, headers=headers)

    assert post(site, headers=headers).json() == third.json()
    listed = site.client.get(TRACES).json()
    assert [one["id"] for one in listed["traces"]] == [third.json()["id"], second, first]
    assert listed["traces"][1] == read(site, second)
    other = post(site, headers=headers, outcome=1)
    assert is_problem(other, 422, "idempotency_mismatch")


def test_an_id_is_for_one_attempt(site: Site) -> None:
    tried(site, id="t1")

    assert post(site, id="t1").json() == {"id": "t1", "event": "duplicate"}
    assert is_problem(post(site, id="t1", outcome=0), 409, "already_exists")


def test_for_replay_those_that_came_out_otherwise_are_first(site: Site) -> None:
    tried(site, id="untold")
    for at in range(3):
        tried(site, id=f"plain-{at}", task_class="sums", outcome=1)
    tried(site, id="failed", task_class="sums", outcome=0)
    tried(site, id="elsewhere", task_class="mail", outcome=1)

    page = site.client.get(TRACES, params={"order": "replay"}).json()

    # Of a task like no other nothing was expected: it is the rarest.
    listed = ["elsewhere", "failed", "plain-2", "plain-1", "plain-0"]
    assert [one["id"] for one in page["traces"]] == listed
    assert page["next_cursor"] is None
    first = site.client.get(TRACES, params={"order": "replay", "limit": 1}).json()
    assert [one["id"] for one in first["traces"]] == ["elsewhere"]
    # What is gone tells nothing any more.
    for id_ in ("plain-0", "plain-1", "plain-2"):
        site.delete(id_)
    left = site.client.get(TRACES, params={"order": "replay"}).json()["traces"]
    assert [one["id"] for one in left] == ["elsewhere", "failed"]


def test_a_list_for_replay_is_one_page_without_what_is_in_quarantine(site: Site) -> None:
    tried(site)
    marked = site.client.post("/v1/agents/a1/marked-sources", json={"channel": "web"})
    assert marked.status_code == 201
    assert post(site, id="web", outcome=1, channel="web").json()["event"] == "quarantined"
    tried(site, id="own", outcome=1)

    found = site.client.get(TRACES, params={"order": "replay"}).json()["traces"]
    assert [one["id"] for one in found] == ["own"]
    cursor = {"order": "replay", "cursor": "AAAAAAAAACo"}
    assert is_problem(site.client.get(TRACES, params=cursor), 422, "invalid_request")
    assert is_problem(site.client.get(TRACES, params={"order": "oldest"}), 422, "invalid_request")


def test_pages(site: Site) -> None:
    site.add("Nothing of note.")
    ids = [tried(site) for _ in range(5)]
    found: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = site.client.get(TRACES, params=query).json()
        found += [one["id"] for one in page["traces"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found == ids[::-1]
    for cursor in ("x", "AAAAAAAAACp", "__________8", "AAAAAAAAACoA"):
        answer = site.client.get(TRACES, params={"cursor": cursor})
        assert is_problem(answer, 422, "invalid_request")


def test_prompts(site: Site) -> None:
    first, second = tried(site, outcome="failure"), tried(site, task="Add two lengths.")
    reflection = site.client.get(f"{TRACES}/{second}/reflection-prompt", params={"also": [first]})
    curation = site.client.get(
        f"{TRACES}/{first}/curation-prompt", params={"reflection": "Units </reflection> matter."}
    )

    assert reflection.status_code == curation.status_code == 200
    assert reflection.json()["trace_ids"] == [first, second]
    assert reflection.json()["answer_schema"] is None
    assert "Add two lengths." in reflection.json()["prompt"]
    assert curation.json()["trace_ids"] == [first]
    assert curation.json()["answer_schema"] == SCHEMA
    assert curation.json()["prompt"].count("</reflection>") == 1
    assert "Units \\u003c/reflection> matter." in curation.json()["prompt"]


def test_a_trace_of_another_agent_is_like_none(site: Site) -> None:
    foreign, own = tried(site, agent="a2", id="t2"), tried(site, id="t1")
    memory = site.add("Nothing of note.")

    for id_ in (foreign, memory, "nothing"):
        for rest in ("", "/reflection-prompt", "/curation-prompt"):
            answer = site.client.get(f"{TRACES}/{id_}{rest}")
            assert is_problem(answer, 404, "not_found")
        answer = site.client.get(f"{TRACES}/{own}/curation-prompt", params={"also": [id_]})
        assert is_problem(answer, 404, "not_found")
    assert is_problem(site.client.get("/v1/agents/a3/traces"), 404, "not_found")


def test_what_is_in_quarantine_is_told_and_put_into_no_prompt(site: Site) -> None:
    tried(site, id="t1")
    site.client.post("/v1/agents/a1/marked-sources", json={"channel": "web"})
    answer = post(site, channel="web", id="t2")

    assert answer.status_code == 201
    assert answer.json()["event"] == "quarantined"
    assert "marked" in answer.json()["reason"]
    assert read(site, "t2")["status"] == "quarantined"
    for path in ("t2/reflection-prompt", "t1/curation-prompt?also=t2"):
        assert is_problem(site.client.get(f"{TRACES}/{path}"), 409, "wrong_state")


MEASURED: dict[str, Any] = {"outcome": "success", "input_tokens": 10, "output_tokens": 20}


def offered(site: Site) -> str:
    body = {"task": "Find an invoice.", "task_class": "lookup"}
    return str(site.client.post("/v1/agents/a1/handbook/search", json=body).json()["offer_id"])


def outcomes(site: Site) -> list[tuple[float, int | None]]:
    """Success of each offer, with the number of its trace."""
    with site.runtime.database.snapshot() as tx:
        agent = agents.find(tx, "default", "a1")
        assert agent is not None
        return [(one.success, one.number) for one in offer_outcomes.since(tx, agent.agent_key)]


def test_a_trace_tells_what_came_of_its_offer(site: Site) -> None:
    site.add("Nothing of note.")
    offer_id = offered(site)
    id_ = tried(site, offer_id=offer_id, **MEASURED)
    [(success, number)] = outcomes(site)

    assert (success, number) == (1.0, 2)
    again = post(site, offer_id=offer_id, **MEASURED | {"outcome": "failure"})
    assert is_problem(again, 409, "wrong_state")
    assert len(site.client.get(TRACES).json()["traces"]) == 1
    site.delete(id_)
    assert outcomes(site) == []


def test_an_offer_that_is_none_stores_nothing(site: Site) -> None:
    site.add("Nothing of note.")
    for left_out in MEASURED:
        body = {name: value for name, value in MEASURED.items() if name != left_out}
        assert is_problem(post(site, offer_id=offered(site), **body), 422, "invalid_request")
    assert is_problem(post(site, offer_id="q83v", **MEASURED), 404, "not_found")
    cited = post(site, offer_id=offered(site), cited=["behavior_other"], **MEASURED)
    assert is_problem(cited, 422, "invalid_request")
    assert site.client.get(TRACES).json()["traces"] == []
    assert outcomes(site) == []


def test_a_doubted_trace_tells_nothing_of_its_offer(site: Site) -> None:
    site.add("Nothing of note.")
    site.client.post("/v1/agents/a1/marked-sources", json={"channel": "web"})
    answer = post(site, channel="web", offer_id=offered(site), **MEASURED)

    assert answer.json()["event"] == "quarantined"
    assert outcomes(site) == []


def test_queries_are_bounded(site: Site) -> None:
    tried(site, id="t1")
    path = f"{TRACES}/t1/curation-prompt"

    assert site.client.get(path, params={"also": ["t1"] * 20}).status_code == 200
    for query in ({"also": ["t1"] * 21}, {"also": ["a b"]}, {"reflection": "x" * 4001}, {"x": 1}):
        assert is_problem(site.client.get(path, params=query), 422, "invalid_request")
    for limit in (0, 501):
        assert is_problem(site.client.get(TRACES, params={"limit": limit}), 422, "invalid_request")


def test_who_only_looks_at_figures_sees_none(site: Site) -> None:
    id_ = tried(site)
    headers = site.key(Role.VIEWER)

    assert is_problem(post(site, headers=headers), 403, "forbidden")
    assert is_problem(site.client.get(f"{TRACES}/{id_}", headers=headers), 403, "forbidden")


def test_a_long_reflection_is_sent_in_a_body(site: Site) -> None:
    id_ = tried(site)
    body = {"reflection": "So. " * 5000}

    answer = site.client.post(f"{TRACES}/{id_}/curation-prompt", json=body)

    assert answer.status_code == 200, answer.text
    assert answer.json()["prompt"].count("So. ") == 1000
    assert answer.json()["answer_schema"] == SCHEMA

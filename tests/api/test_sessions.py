"""Subgoals and working memory over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from memsvc.core.access import Role
from tests.api.site import Site, is_problem

SESSION = "/v1/agents/a1/sessions/s1"
FIND = "find the invoice"


def step(site: Site, content: str, subgoal: str = FIND, **fields: Any) -> str:
    return site.add(content, session_id="s1", subgoal=subgoal, role="assistant", **fields)


def complete(site: Site, name: str = FIND, **body: Any) -> Response:
    return site.client.post(f"{SESSION}/subgoals/{name}/complete", json={"met": True} | body)


def working(site: Site, **query: Any) -> dict[str, Any]:
    answer = site.client.get(f"{SESSION}/working-memory", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_subgoal_comes_back_as_it_was_written(site: Site) -> None:
    memory_id = step(site, "Searched the archive.")

    assert site.get(memory_id)["subgoal"] == FIND
    assert site.get(site.add("It rains."))["subgoal"] is None


def test_a_session_from_its_first_step_to_its_end(site: Site) -> None:
    ids = [step(site, "Searched the archive of May."), step(site, "Invoice 4711 was there.")]
    ids.append(step(site, "Bo wants it by Friday.", "answer Bo"))
    summary = complete(site, summary="Invoice 4711 is in the archive.")

    assert summary.status_code == 200
    memory = summary.json()
    assert memory["content"] == "Invoice 4711 is in the archive."
    assert memory["source_ids"] == ids[:2]
    assert site.get(memory["id"]) == memory
    found = working(site, expand=FIND)
    assert found["finished"] == [
        {"subgoal": FIND, "summary": memory["content"], "met": True, "id": memory["id"]}
    ]
    assert found["open"]["subgoal"] == "answer Bo"
    assert [one["id"] for one in found["open"]["memories"]] == ids[2:]
    assert [one["id"] for one in found["expanded"][0]["memories"]] == ids[:2]
    assert found["open"]["memories"] == [site.get(ids[2])]
    assert "[1] find the invoice: Invoice 4711 is in the archive. (met)" in found["text"]
    assert found["omitted"] == {"finished": 0, "memories": 0, "ids": []}


def test_what_found_no_room_is_told(site: Site) -> None:
    ids = [step(site, f"Step {n} of the search led to folder {n} of May.") for n in range(30)]
    found = working(site, max_tokens=100)

    assert found["tokens"] <= 100
    shown = [one["id"] for one in found["open"]["memories"]]
    assert shown == ids[-len(shown) :]
    assert found["omitted"]["memories"] == 30 - len(shown)
    assert found["omitted"]["ids"] == ids[: min(20, 30 - len(shown))]


def test_deleting_a_step_takes_its_words_out_of_the_summary(site: Site) -> None:
    step(site, "Searched the archive of May for it.")
    gone = step(site, "Invoice 4711 was in the third folder.")
    first = complete(site).json()
    assert "4711" in first["content"]

    site.delete(gone)

    [finished] = working(site)["finished"]
    assert finished["id"] != first["id"]
    assert "4711" not in finished["summary"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"met": "yes"},
        {"met": None},
        {"met": True, "summary": ""},
        {"met": True, "summary": " "},
        {"met": True, "summary": "two\nlines"},
        {"met": True, "summary": "x" * 501},
        {"met": True, "other": 1},
    ],
)
def test_a_completion_that_is_none(site: Site, body: dict[str, Any]) -> None:
    step(site, "Searched the archive.")
    answer = site.client.post(f"{SESSION}/subgoals/{FIND}/complete", json=body)

    assert is_problem(answer, 422, "invalid_request")


@pytest.mark.parametrize(
    "draft",
    [
        {"subgoal": "x"},
        {"subgoal": "x", "session_id": "s1", "kind": "semantic"},
        {"subgoal": "a/b", "session_id": "s1"},
        {"subgoal": "", "session_id": "s1"},
        {"subgoal": "x" * 257, "session_id": "s1"},
    ],
)
def test_a_subgoal_that_is_none(site: Site, draft: dict[str, Any]) -> None:
    body = {"memories": [{"content": "Searched.", **draft}]}
    answer = site.client.post("/v1/agents/a1/memories", json=body)

    assert is_problem(answer, 422, "invalid_request")


def test_what_is_not_there(site: Site) -> None:
    step(site, "Searched the archive.")

    assert is_problem(complete(site, "another"), 404, "not_found")
    for path in (
        "/v1/agents/a1/sessions/s2/working-memory",
        f"{SESSION}/working-memory?expand=another",
        "/v1/agents/a2/sessions/s1/working-memory",
    ):
        assert is_problem(site.client.get(path), 404, "not_found")


def test_a_viewer_sees_nothing(site: Site) -> None:
    step(site, "Searched the archive.")
    headers = site.key(Role.VIEWER)

    answer = site.client.get(f"{SESSION}/working-memory", headers=headers)
    assert is_problem(answer, 403, "forbidden")

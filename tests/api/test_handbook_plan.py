"""The handbook is put in order over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.site import Site, is_problem

HANDBOOK = "/v1/agents/a1/handbook"
STEPS = ["Read the failing test.", "Find its function.", "Run the tests."]
SAID = "In this order: Read the failing test, then Find its function, then Run the tests."
COUNTED = "behavior_read_failing_find_function_run_tests"


def tried(site: Site, *ids: str, **more: Any) -> None:
    for id_ in ids:
        body = {"task": f"Fix {id_}.", "id": id_, "outcome": "success", **more}
        assert site.client.post("/v1/agents/a1/traces", json=body).status_code == 201


def put(site: Site, name: str, instruction: str, *sources: str) -> None:
    body = {"name": name, "instruction": instruction, "source_trace_ids": sources}
    answer = site.client.post("/v1/agents/a1/behaviors", json=body)
    assert answer.status_code in (200, 201), answer.text


def consolidated(site: Site, **body: Any) -> dict[str, Any]:
    answer = site.client.post(f"{HANDBOOK}/consolidations", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def standing(site: Site) -> dict[str, str]:
    found = site.client.get(f"{HANDBOOK}?status=candidate&status=active&status=retired").json()
    return {one["name"]: one["status"] for one in found["behaviors"]}


def test_it_is_told_then_done_and_rolled_back(site: Site) -> None:
    tried(site, "t1", "t2", "t3")
    put(site, "units", "Check the units before you add.", "t1")
    put(site, "check", "Check the units before you add.", "t2", "t3")
    tried(site, "s1", "s2", steps=STEPS, task_class="Code")
    before = standing(site)
    assert before == {"behavior_check": "active", "behavior_units": "candidate"}

    told = consolidated(site, dry_run=True)

    assert (told["version"], told["applied"]) == (2, False)
    [merge] = told["merges"]
    assert (merge["kept"], merge["gone"]) == ("behavior_check", "behavior_units")
    assert merge["cosine"] > 0.99
    assert told["retirements"] == []
    assert told["proposals"] == [
        {
            "name": COUNTED,
            "instruction": SAID,
            "topics": ["code"],
            "status": "active",
            "flagged": [],
            "source_trace_ids": ["s1", "s2"],
        }
    ]
    rated = {"mu": 0.0, "sigma": 0.15, "sure": pytest.approx(-0.45), "verdict": None}
    assert told["ratings"] == [
        {"name": "behavior_check", "status": "active", **rated},
        {"name": "behavior_units", "status": "candidate", **rated},
    ]
    assert standing(site) == before

    done = consolidated(site)

    assert done == {**told, "version": 3, "applied": True}
    after = {"behavior_check": "active", "behavior_units": "retired", COUNTED: "active"}
    assert standing(site) == after
    again = consolidated(site, dry_run=False)
    assert (again["version"], again["applied"]) == (3, False)
    assert (again["merges"], again["proposals"]) == ([], [])
    assert {one["name"]: one["status"] for one in again["ratings"]} == after

    rolled = site.client.post(f"{HANDBOOK}/rollback", json={"version": 2})
    assert rolled.status_code == 200, rolled.text
    assert standing(site) == before


def test_what_is_no_flag_is_refused(site: Site) -> None:
    tried(site, "t1")
    for body in ({"dry_run": "yes"}, {"dry_run": 1}, {"dry": True}):
        answer = site.client.post(f"{HANDBOOK}/consolidations", json=body)
        assert is_problem(answer, 422, "invalid_request")


def test_an_agent_that_is_not_there_has_no_handbook(site: Site) -> None:
    for dry_run in (True, False):
        answer = site.client.post(f"{HANDBOOK}/consolidations", json={"dry_run": dry_run})
        assert is_problem(answer, 404, "not_found")

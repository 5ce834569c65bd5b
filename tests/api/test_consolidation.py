"""Consolidation and profiles as callers see them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from memsvc.config import LlmSettings
from memsvc.operations.consolidate import resume_runs
from tests.api.site import Site, is_problem

RUNS = "/v1/agents/a1/consolidations"
TURNS = (
    "I live in Lisbon with my sister.",
    "We planted seven orchards of apple trees near Porto.",
    "I lost my grandfather's violin on the tram to Braga.",
    "I work at Acme as a nurse.",
)


@pytest.fixture
def talked(site: Site) -> Site:
    """Ana has said something, and is gone."""
    site.write(
        *(
            {
                "content": content,
                "id": f"t{place}",
                "user_id": "ana",
                "speaker": "Ana",
                "session_id": "s1",
                "event_time": f"2026-02-02T09:0{place}:00Z",
            }
            for place, content in enumerate(TURNS)
        )
    )
    site.clock.advance(timedelta(hours=1))
    return site


def ended(site: Site, run_id: str) -> dict[str, Any]:
    """The run, once it is over: carried out here, or by the scheduler."""
    run: dict[str, Any] = {}
    for _ in range(500):
        resume_runs(site.runtime)
        run = site.client.get(f"{RUNS}/{run_id}").json()
        if run["finished_at"] is not None:
            return run
        time.sleep(0.01)
    raise AssertionError(run)


def test_a_run_is_planned_made_and_taken_back(talked: Site) -> None:
    plan = talked.client.post(RUNS, json={"dry_run": True})
    assert plan.status_code == 200
    assert plan.json()["made"] == {"extracted": 4, "session_summary": 1}
    assert plan.json()["unread"] == 0
    assert "Ana lives in Lisbon with their sister." in [
        one["content"] for one in plan.json()["samples"]
    ]
    assert len(talked.listed()) == 4

    asked = talked.client.post(RUNS, json={})
    assert asked.status_code == 202
    run = ended(talked, asked.json()["run_id"])
    assert (run["status"], run["made"]) == ("done", plan.json()["made"])
    assert run["model"] is None
    assert talked.client.get(RUNS).json()["runs"] == [run]
    assert len(talked.listed()) == 9

    back = talked.client.post(f"{RUNS}/{run['run_id']}/rollback")
    assert (back.status_code, back.json()["status"]) == (200, "rolled_back")
    assert back.json()["why"] == "asked"
    assert sorted(talked.listed()) == ["t0", "t1", "t2", "t3"]
    again = talked.client.post(f"{RUNS}/{run['run_id']}/rollback")
    assert is_problem(again, 409, "wrong_state")


def test_a_run_tells_what_a_language_model_read(start: Callable[..., Site]) -> None:
    llm = {"url": "http://127.0.0.1:9/v1", "model": "m", "read_facts": True, "retries": 0}
    site = start(llm=LlmSettings.model_validate(llm))
    site.write({"content": "Well, Lisbon feels like home.", "user_id": "ana", "speaker": "Ana"})

    assert site.client.post(RUNS, json={"dry_run": True}).json()["unread"] == 1
    run = ended(site, site.client.post(RUNS, json={}).json()["run_id"])

    assert (run["status"], run["why"]) == ("done", None)
    assert run["model"] == {
        "read": 0,
        "facts": 0,
        "left": 1,
        "why": "unavailable",
        "malformed": 0,
        "unfounded": 0,
    }


def test_what_is_known_of_a_person_is_cited(talked: Site) -> None:
    ended(talked, talked.client.post(RUNS, json={}).json()["run_id"])

    profile = talked.client.get("/v1/agents/a1/profile?user_id=ana").json()

    told = [
        (one["group"], one["statement"], one["quote"], one["source_ids"], one["times"])
        for one in profile["lines"]
    ]
    assert told == [
        ("home", "Ana lives in Lisbon with their sister.", TURNS[0], ["t0"], 1),
        ("work", "Ana works at Acme as a nurse.", TURNS[3], ["t3"], 1),
        (
            "preferences",
            "Ana planted seven orchards of apple trees near Porto.",
            TURNS[1],
            ["t1"],
            1,
        ),
        (
            "possessions",
            "Ana lost their grandfather's violin on the tram to Braga.",
            TURNS[2],
            ["t2"],
            1,
        ),
    ]
    assert profile["lines"][0]["valid_from"] == "2026-02-02T09:00:00Z"
    assert talked.get(profile["lines"][0]["id"])["fact"]["object"] == "Lisbon"
    assert "[1] Ana lives in Lisbon with their sister. (since 2026-02-02)" in profile["text"]


def test_what_somebody_says_later_takes_its_place(talked: Site) -> None:
    ended(talked, talked.client.post(RUNS, json={}).json()["run_id"])
    talked.add(
        "I moved to Porto last week.",
        user_id="ana",
        speaker="Ana",
        session_id="s2",
        event_time="2026-03-02T09:00:00Z",
    )
    talked.clock.advance(timedelta(hours=1))
    ended(talked, talked.client.post(RUNS, json={}).json()["run_id"])

    profile = talked.client.get("/v1/agents/a1/profile?user_id=ana").json()

    homes = [one["statement"] for one in profile["lines"] if one["group"] == "home"]
    assert homes == ["Ana moved to Porto last week (2026-02-23 to 2026-03-01)."]


def test_what_is_erased_is_gone_from_it_at_once(talked: Site) -> None:
    ended(talked, talked.client.post(RUNS, json={}).json()["run_id"])

    talked.delete("t0")

    profile = talked.client.get("/v1/agents/a1/profile?user_id=ana").json()
    assert [one["group"] for one in profile["lines"]] == ["work", "preferences", "possessions"]
    # Three turns are too few to be summed up.
    assert len(talked.listed()) == 6


def test_of_a_stranger_nothing_is_known(talked: Site) -> None:
    profile = talked.client.get("/v1/agents/a1/profile?user_id=nobody").json()

    assert profile == {"user_id": "nobody", "lines": [], "text": ""}
    assert is_problem(talked.client.get("/v1/agents/a1/profile"), 422, "invalid_request")
    assert is_problem(talked.client.get("/v1/agents/none/profile?user_id=ana"), 404, "not_found")

"""Offers of behaviors, their outcomes and the report over HTTP; the handbook's settings."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from memsvc.core.access import Role
from tests.api.site import Site, is_problem
from tests.operations.handbook.offering import LINES, TASK, curated, wording

HANDBOOK = "/v1/agents/a1/handbook"
ALL = {"hold_out": 0, "relevance_floor": -1}
FIGURES = {"outcome": "success", "input_tokens": 900, "output_tokens": 400}


@pytest.fixture
def equipped(site: Site) -> Site:
    """Three behaviors that are relevant to anything."""
    curated(site.runtime, *(wording(*one) for one in LINES))
    choosing(site)
    return site


def choosing(site: Site, **settings: Any) -> None:
    body = {"settings": {"handbook": ALL | settings}}
    answer = site.client.put("/v1/agents/a1", json=body)
    assert answer.status_code == 200, answer.text


def offered(site: Site, **more: Any) -> dict[str, Any]:
    answer = site.client.post(f"{HANDBOOK}/search", json={"task": TASK, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def tell(site: Site, offer_id: str, **more: Any) -> Response:
    return site.client.post(f"{HANDBOOK}/offers/{offer_id}/outcome", json=FIGURES | more)


def report(site: Site, **query: str) -> dict[str, Any]:
    answer = site.client.get(f"{HANDBOOK}/report", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_behaviors_are_offered_for_a_task(equipped: Site) -> None:
    found = offered(equipped, limit=2)

    assert found["held_out"] is False
    instructions = {f"behavior_{name}": words for name, words in LINES}
    assert len(found["behaviors"]) == 2
    for one in found["behaviors"]:
        assert one == {
            "name": one["name"],
            "instruction": instructions[one["name"]],
            "topics": [],
        }
        assert f"{one['name']}: {one['instruction']}" in found["text"]
    assert TASK in found["text"]
    assert found["tokens"] == equipped.runtime.count_tokens(found["text"])
    assert offered(equipped, token_budget=50)["behaviors"] == []


def test_topics_are_those_of_behaviors(equipped: Site) -> None:
    curated(equipped.runtime, wording("bend", "Measure pipes after bending.", "Plumbing"))

    assert len(offered(equipped)["behaviors"]) == 4
    assert len(offered(equipped, topics=["plumbing"])["behaviors"]) == 4
    assert len(offered(equipped, topics=["law"])["behaviors"]) == 3


def test_an_outcome_is_told_once(equipped: Site) -> None:
    offer_id = offered(equipped)["offer_id"]
    first = tell(equipped, offer_id, text="I used `behavior_units`.")

    assert first.status_code == 200
    assert first.json() == {
        "held_out": False,
        "outcome": 1.0,
        "offered": 3,
        "cited": ["behavior_units"],
    }
    again = tell(equipped, offer_id, outcome=1, cited=["behavior_units"])
    assert (again.status_code, again.json()) == (200, first.json())
    assert is_problem(tell(equipped, offer_id, outcome="failure"), 409, "wrong_state")
    assert equipped.get("behavior_units")["use_count"] == 1


def test_what_is_held_out_is_empty_and_counts(equipped: Site) -> None:
    choosing(equipped, hold_out_by_class={"billing": 1})
    found = offered(equipped, task_class="billing")

    assert found == {
        "offer_id": found["offer_id"],
        "held_out": True,
        "behaviors": [],
        "text": "",
        "tokens": 0,
    }
    assert tell(equipped, found["offer_id"], outcome=0.25).json() == {
        "held_out": True,
        "outcome": 0.25,
        "offered": 0,
        "cited": [],
    }
    tell(equipped, offered(equipped, task_class="law")["offer_id"])
    assert report(equipped)["handbook"]["held_out"] == 1
    assert report(equipped, task_class="law")["handbook"]["held_out"] == 0


def test_the_report_tells_of_the_handbook_and_its_lines(equipped: Site) -> None:
    before = report(equipped)
    assert before["handbook"]["success"] is None
    assert [one["worth"] for one in before["lines"]] == [None] * 3
    for outcome in ("success", 0.5, "failure"):
        tell(equipped, offered(equipped)["offer_id"], outcome=outcome, cited=["behavior_draw"])

    found = report(equipped)
    assert found["curation_tokens"] == 1500
    assert found["handbook"]["offered"] == 3
    assert found["handbook"]["success"]["estimate"] == 0.5
    assert (found["handbook"]["lift"], found["handbook"]["saving_verdict"]) == (None, None)
    assert [one["name"] for one in found["lines"]] == [
        "behavior_draw",
        "behavior_estimate",
        "behavior_units",
    ]
    draw = found["lines"][0]
    assert (draw["status"], draw["worth"]["offered"], draw["worth"]["cited"]) == ("active", 3, 3)
    assert draw["worth"]["verdict"] is None


@pytest.mark.parametrize(
    ("more", "location"),
    [
        ({"task": " "}, "task"),
        ({"task": "x" * 8193}, "task"),
        ({"limit": 0}, "limit"),
        ({"limit": 21}, "limit"),
        ({"token_budget": 49}, "token_budget"),
        ({"topics": [""]}, "topics.0"),
        ({"topics": ["x" * 65]}, "topics"),
        ({"topics": [f"t{at}" for at in range(17)]}, "topics"),
        ({"task_class": ""}, "task_class"),
        ({"offers": 1}, "offers"),
    ],
)
def test_a_request_for_an_offer_is_checked(
    equipped: Site, more: dict[str, Any], location: str
) -> None:
    answer = equipped.client.post(f"{HANDBOOK}/search", json={"task": TASK, **more})

    assert is_problem(answer, 422, "invalid_request")
    assert [one["location"] for one in answer.json()["errors"]] == [location]


@pytest.mark.parametrize(
    ("more", "location"),
    [
        ({"outcome": "great"}, "outcome"),
        ({"outcome": 1.5}, "outcome"),
        ({"outcome": True}, "outcome"),
        ({"outcome": None}, "outcome"),
        ({"input_tokens": -1}, "input_tokens"),
        ({"output_tokens": 1.5}, "output_tokens"),
        ({"cited": ["behavior_units", "behavior_other"]}, "cited.1"),
        ({"trace_id": "nothing"}, "trace_id"),
        ({"text": "\x00"}, "text"),
    ],
)
def test_an_outcome_is_checked(equipped: Site, more: dict[str, Any], location: str) -> None:
    offer_id = offered(equipped)["offer_id"]
    answer = tell(equipped, offer_id, **more)

    assert is_problem(answer, 422, "invalid_request")
    assert [one["location"] for one in answer.json()["errors"]] == [location]
    assert report(equipped)["handbook"]["offered"] == 0


@pytest.mark.parametrize("offer_id", ["nothing", "x" * 90, "A" * 2048])
def test_a_forged_offer_is_none(equipped: Site, offer_id: str) -> None:
    assert is_problem(tell(equipped, offer_id), 404, "not_found")
    assert is_problem(tell(equipped, offered(equipped)["offer_id"][:-3]), 404, "not_found")


def test_settings_of_the_handbook_are_read_and_checked(equipped: Site) -> None:
    choosing(equipped, budget=100, hold_out_by_class={"law": 0.5}, input_price=0.25)

    told = equipped.client.get("/v1/agents/a1").json()["settings"]["handbook"]
    assert told == {
        "hold_out": 0.0,
        "hold_out_by_class": {"law": 0.5},
        "limit": 5,
        "relevance_floor": -1.0,
        "budget": 100,
        "input_price": 0.25,
        "output_price": 4.0,
    }
    for wrong in ({"hold_out": 1.1}, {"hold_out_by_class": {"law": -1}}, {"limit": 0}):
        body = {"settings": {"handbook": wrong}}
        answer = equipped.client.put("/v1/agents/a1", json=body)
        assert is_problem(answer, 422, "invalid_request")


def test_a_viewer_is_offered_nothing(equipped: Site) -> None:
    answer = equipped.client.post(
        f"{HANDBOOK}/search", json={"task": TASK}, headers=equipped.key(Role.VIEWER)
    )

    assert is_problem(answer, 403, "forbidden")

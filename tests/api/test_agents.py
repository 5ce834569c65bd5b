"""Agents over HTTP: their settings are read and replaced."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from memsvc.core.access import Role
from tests.api.site import Site, is_problem

STANDARD = {"retention": 0.1, "importance": 0.05, "trust": 0.05}
WITHOUT_END = {"episodic": None, "semantic": None, "procedural": None}
HEAVY = {"retention": 0.5, "importance": 0.25, "trust": 0.25}
FADING = {"policy": "fsrs", "threshold": None, "max_memories": None}
OTHERS: dict[str, Any] = {
    "decay": {"episodic": FADING, "semantic": FADING, "procedural": FADING},
    "admission": "standard",
    "contradiction": "supersede",
    "handbook": {
        "hold_out": 0.1,
        "hold_out_by_class": {},
        "limit": 5,
        "relevance_floor": 0.09,
        "budget": None,
        "input_price": 1.0,
        "output_price": 4.0,
    },
}


def told(site: Site, agent: str = "a1") -> dict[str, Any]:
    answer = site.client.get(f"/v1/agents/{agent}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def put(site: Site, settings: dict[str, Any], agent: str = "a1") -> dict[str, Any]:
    answer = site.client.put(f"/v1/agents/{agent}", json={"settings": settings})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_agent_is_there_from_its_first_memory_on(site: Site) -> None:
    assert is_problem(site.client.get("/v1/agents/a1"), 404, "not_found")
    site.add("It rains.")
    site.clock.advance(timedelta(days=1))

    assert told(site) == {
        "agent_id": "a1",
        "created_at": "2026-03-01T12:00:00Z",
        "settings": {"ranking": STANDARD, "retention": WITHOUT_END, **OTHERS},
    }


def test_what_is_put_is_what_is_read(site: Site) -> None:
    site.add("It rains.")
    before = told(site)

    kept = {"episodic": {"days": 90}, "semantic": None, "procedural": {"days": 36500}}
    settings = {"ranking": HEAVY, "retention": kept}

    assert put(site, settings) == before | {"settings": settings | OTHERS}
    assert told(site) == before | {"settings": settings | OTHERS}

    faster = {"policy": "memorybank", "threshold": 0.1, "max_memories": 1000}
    others = {
        "decay": OTHERS["decay"] | {"semantic": faster},
        "admission": "off",
        "contradiction": "off",
        "handbook": OTHERS["handbook"] | {"hold_out": 0.2, "hold_out_by_class": {"law": 0.0}},
    }
    assert put(site, settings | others) == before | {"settings": settings | others}
    assert told(site) == before | {"settings": settings | others}


@pytest.mark.parametrize(
    ("settings", "ranking"),
    [
        ({}, STANDARD),
        ({"ranking": {}}, STANDARD),
        ({"ranking": {"trust": 0}}, STANDARD | {"trust": 0.0}),
        ({"ranking": {"retention": 0.9}}, STANDARD | {"retention": 0.9}),
        (
            {"ranking": {"retention": 0, "importance": 1, "trust": 0}},
            {"retention": 0.0, "importance": 1.0, "trust": 0.0},
        ),
    ],
)
def test_what_is_left_out_is_standard_again(
    lasting: Site, settings: dict[str, Any], ranking: dict[str, float]
) -> None:
    put(lasting, {"ranking": HEAVY, "retention": {"episodic": {"days": 90}}})
    settings_then = {"ranking": ranking, "retention": WITHOUT_END, **OTHERS}

    assert put(lasting, settings)["settings"] == settings_then
    assert told(lasting)["settings"] == settings_then


def test_the_agent_is_made_when_it_is_new(site: Site) -> None:
    made = put(site, {"ranking": HEAVY}, agent="new one")

    assert made["agent_id"] == "new one"
    assert told(site, "new one") == made
    assert site.page(agent="new one")["total"] == 0
    assert site.found("rain", agent="new one") == []
    memory = site.add("It rains.", agent="new one")
    assert site.found("rains", agent="new one") == [memory]
    assert told(site, "new one") == made


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_agents_and_viewers_change_no_settings(lasting: Site, role: Role) -> None:
    put(lasting, {"ranking": HEAVY})
    body: dict[str, Any] = {"settings": {}}

    for agent in ("a1", "nobody"):
        answer = lasting.client.put(f"/v1/agents/{agent}", json=body, headers=lasting.key(role))
        assert is_problem(answer, 403, "forbidden")
    assert told(lasting)["settings"]["ranking"] == HEAVY
    assert is_problem(lasting.client.get("/v1/agents/nobody"), 404, "not_found")


def test_operators_do(lasting: Site) -> None:
    headers = lasting.key(Role.OPERATOR)
    answer = lasting.client.put(
        "/v1/agents/a1", json={"settings": {"ranking": HEAVY}}, headers=headers
    )

    assert answer.status_code == 200
    assert lasting.client.get("/v1/agents/a1", headers=headers).json() == answer.json()


def test_a_sum_over_1_is_refused_though_each_weight_could_be(lasting: Site) -> None:
    before = put(lasting, {"ranking": HEAVY})
    body = {"settings": {"ranking": {"retention": 0.6, "importance": 0.3, "trust": 0.2}}}

    answer = lasting.client.put("/v1/agents/a1", json=body)

    assert is_problem(answer, 422, "invalid_request")
    assert [one["location"] for one in answer.json()["errors"]] == ["settings.ranking"]
    assert told(lasting) == before


def test_a_kind_that_is_kept_for_a_time_goes_after_it(site: Site) -> None:
    put(site, {"retention": {"episodic": {"days": 2}, "semantic": None}})
    for kind in ("episodic", "semantic"):
        site.add(f"It rains in {kind} ways.", kind=kind)
    site.clock.advance(timedelta(days=2))

    until = time.monotonic() + 10
    while site.page()["total"] == 2 and time.monotonic() < until:
        time.sleep(0.05)

    [left] = site.page()["memories"]
    assert left["kind"] == "semantic"

"""Feedback and forecasts over HTTP, and settings of how memories fade."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from memsvc.core.access import Role
from tests.api.site import Site, is_problem

FEEDBACK = "/v1/agents/a1/feedback"
FORECAST = "/v1/agents/a1/forecast"
STANDARD = {"policy": "fsrs", "threshold": None, "max_memories": None}
BRIEF = {"episodic": {"threshold": 0.9}}


def tell(site: Site, *items: tuple[str, str], **headers: str) -> Response:
    body = {"items": [{"memory_id": one, "outcome": outcome} for one, outcome in items]}
    return site.client.post(FEEDBACK, json=body, headers=headers)


def fading(site: Site, decay: dict[str, Any]) -> Response:
    """Have memories fade so, and for no other reason be left out."""
    settings = {"decay": decay, "admission": "off", "contradiction": "off"}
    return site.client.put("/v1/agents/a1", json={"settings": settings})


def test_used_memories_are_stronger_then(site: Site) -> None:
    one = site.add("The harbour freezes.")
    site.clock.advance(timedelta(days=7))

    answer = tell(site, (one, "used"), ("nothing", "used"), (one, "confirmed"))

    assert (answer.status_code, answer.json()) == (200, {"updated": 1})
    memory = site.get(one)
    assert memory["use_count"] == 2
    assert memory["last_used_at"] == "2026-03-08T12:00:00Z"
    assert memory["stability_days"] > 20
    assert memory["retention"] == 1.0


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({"items": []}, "items"),
        ({"items": [{"memory_id": "m", "outcome": "used"}] * 1001}, "items"),
        ({"items": [{"memory_id": "m", "outcome": "loved"}]}, "items.0.outcome"),
        ({"items": [{"memory_id": "no such id", "outcome": "used"}]}, "items.0.memory_id"),
        ({"items": [{"outcome": "used"}]}, "items.0.memory_id"),
        ({"items": [{"memory_id": "m", "outcome": "used", "at": "now"}]}, "items.0.at"),
        ({}, "items"),
    ],
)
def test_what_is_not_understood_is_refused(
    lasting: Site, body: dict[str, Any], location: str
) -> None:
    answer = lasting.client.post(FEEDBACK, json=body)

    assert is_problem(answer, 422, "invalid_request")
    assert [one["location"] for one in answer.json()["errors"]] == [location]


def test_a_thousand_at_once(site: Site) -> None:
    fading(site, {})
    ids = [f"m{n}" for n in range(1000)]
    site.write(*[{"content": f"Walked along the harbour, round {one}.", "id": one} for one in ids])
    site.clock.advance(timedelta(days=7))

    assert tell(site, *[(one, "used") for one in ids]).json() == {"updated": 1000}
    assert site.get("m999")["use_count"] == 1
    assert len(site.found("harbour", limit=200)) == 200


def test_an_idempotency_key_counts_once(site: Site) -> None:
    one = site.add("The harbour freezes.")
    answers = [tell(site, (one, "used"), **{"Idempotency-Key": "k1"}) for _ in range(2)]

    assert [one.json() for one in answers] == [{"updated": 1}] * 2
    assert site.get(one)["use_count"] == 1
    other = tell(site, (one, "partly"), **{"Idempotency-Key": "k1"})
    assert is_problem(other, 422, "idempotency_mismatch")


def test_agents_tell_of_their_own_memories_alone(site: Site) -> None:
    one = site.add("The harbour freezes.")
    own = site.key(Role.AGENT, agents="a1")
    foreign = site.key(Role.AGENT, agents="a1", tenant="other")

    assert tell(site, (one, "used"), **own).json() == {"updated": 1}
    assert is_problem(tell(site, (one, "used"), **foreign), 404, "not_found")
    assert tell(site, (one, "used"), **site.key(Role.VIEWER)).status_code == 403
    assert site.get(one)["use_count"] == 1


def test_settings_of_decay_are_read_as_they_were_put(site: Site) -> None:
    given = {
        "episodic": {"policy": "exponential", "threshold": 0.25, "max_memories": 50_000},
        "procedural": {"policy": "none"},
    }

    answer = fading(site, given)

    assert answer.status_code == 200
    assert answer.json()["settings"]["decay"] == {
        "episodic": given["episodic"],
        "semantic": STANDARD,
        "procedural": STANDARD | {"policy": "none"},
    }
    assert site.client.get("/v1/agents/a1").json() == answer.json()
    again = site.client.put("/v1/agents/a1", json={"settings": answer.json()["settings"]})
    assert again.json() == answer.json()
    assert fading(site, {}).json()["settings"]["decay"] == dict.fromkeys(
        ("episodic", "semantic", "procedural"), STANDARD
    )


@pytest.mark.parametrize(
    ("decay", "location"),
    [
        ({"policy": "ebbinghaus"}, "policy"),
        ({"threshold": 1}, "threshold"),
        ({"threshold": -0.5}, "threshold"),
        ({"threshold": 0.00001}, "threshold"),
        ({"threshold": "0.5"}, "threshold"),
        ({"max_memories": 0}, "max_memories"),
        ({"max_memories": 1.5}, "max_memories"),
        ({"half_life": 7}, "half_life"),
    ],
)
def test_other_settings_of_decay_are_refused(
    lasting: Site, decay: dict[str, Any], location: str
) -> None:
    answer = fading(lasting, {"semantic": decay})

    assert is_problem(answer, 422, "invalid_request")
    places = [one["location"] for one in answer.json()["errors"]]
    assert places == [f"settings.decay.semantic.{location}"]


def test_what_has_faded_is_shown_archived_everywhere(site: Site) -> None:
    fading(site, BRIEF)
    one, other = site.add("The harbour freezes."), site.add("The harbour is deep.", pinned=True)
    assert set(site.found("harbour")) == {one, other}
    site.clock.advance(timedelta(days=8))

    assert site.found("harbour") == [other]
    assert set(site.found("harbour", include=["archived"])) == {one, other}
    assert site.get(one)["status"] == "archived"
    page = site.client.get("/v1/agents/a1/memories?status=archived").json()
    assert [(m["id"], m["status"]) for m in page["memories"]] == [(one, "archived")]
    assert page["total"] == 1
    context = site.client.post("/v1/agents/a1/context", json={"query": "harbour"}).json()
    assert [citation["id"] for citation in context["citations"]] == [other]

    patched = site.client.patch(f"/v1/agents/a1/memories/{one}", json={"status": "active"})
    assert patched.json()["status"] == "active"
    assert patched.json()["last_used_at"] == "2026-03-09T12:00:00Z"
    assert set(site.found("harbour")) == {one, other}


def test_a_budget_archives_the_least_retained(site: Site) -> None:
    fading(site, {"episodic": {"max_memories": 2}})
    ids = [site.add(f"Walked along the harbour, round {n}.") for n in ("two", "three", "four")]

    assert set(site.found("harbour")) == set(ids[1:])
    assert site.get(ids[0])["status"] == "archived"
    site.clock.advance(timedelta(days=1))
    tell(site, (ids[0], "used"))
    assert set(site.found("harbour")) == {ids[0], ids[2]}


def test_a_forecast_tells_what_fades_and_when(site: Site) -> None:
    fading(site, BRIEF)
    ids = [site.add(f"Walked along the harbour, round {n}.", importance=n / 10) for n in (1, 5, 9)]
    site.add("The harbour is old.", kind="semantic")

    first = site.client.get(f"{FORECAST}?days=10&limit=2").json()
    second = site.client.get(
        FORECAST, params={"days": 10, "limit": 2, "cursor": first["next_cursor"]}
    ).json()

    assert [one["id"] for one in first["memories"] + second["memories"]] == ids
    assert first["counts"] == second["counts"] == {"episodic": 3, "semantic": 0, "procedural": 0}
    assert second["next_cursor"] is None
    # S is 7 days times 0.6, 1 and 1.4.
    assert [one["fades_at"][:19] for one in first["memories"] + second["memories"]] == [
        "2026-03-05T16:48:00",
        "2026-03-08T12:00:00",
        "2026-03-11T07:12:00",
    ]
    assert site.client.get(f"{FORECAST}?days=4").json()["memories"] == []


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("days=0", "days"),
        ("days=3651", "days"),
        ("days=inf", "days"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("cursor=AAAA", "cursor"),
        ("cursor=%C3%A4", "cursor"),
        ("cursor=f_gAAAAAAAAAAAAAAAAAAA", "cursor"),
        ("until=2027", "until"),
    ],
)
def test_a_forecast_of_something_else_is_refused(lasting: Site, query: str, location: str) -> None:
    fading(lasting, {})

    answer = lasting.client.get(f"{FORECAST}?{query}")

    assert is_problem(answer, 422, "invalid_request")
    assert [one["location"] for one in answer.json()["errors"]] == [location]


def test_of_an_unknown_agent_nothing_is_foretold(site: Site) -> None:
    assert is_problem(site.client.get(FORECAST), 404, "not_found")

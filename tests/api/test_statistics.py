"""Agents, tenants and the service in figures, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from memsvc.core.access import Role
from memsvc.core.activity import Measure
from memsvc.operations.activity import write_gathered
from tests.api.conftest import running
from tests.api.site import Site, is_problem, settings_in

AGENT = "/v1/agents/a1"
SERIES = "/v1/stats/timeseries"


def stats(site: Site, path: str = "/v1/stats", headers: dict[str, str] | None = None) -> Any:
    write_gathered(site.runtime)
    answer = site.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def series(site: Site, measure: str, **query: str) -> list[dict[str, Any]]:
    write_gathered(site.runtime)
    answer = site.client.get(SERIES, params={"measure": measure, **query})
    assert answer.status_code == 200, answer.text
    points: list[dict[str, Any]] = answer.json()["points"]
    return points


def test_figures_of_an_agent_and_its_handbook(site: Site) -> None:
    is_problem(site.client.get(f"{AGENT}/stats"), 404, "not_found")
    for id_ in ("t1", "t2"):
        site.client.post(f"{AGENT}/traces", json={"id": id_, "task": f"Add it up ({id_})."})
    body = {
        "name": "units",
        "instruction": "Check the units.",
        "source_trace_ids": ["t1", "t2"],
        "tokens": 10,
    }
    site.client.post(f"{AGENT}/behaviors", json=body)
    site.client.put(AGENT, json={"settings": {"handbook": {"hold_out": 0.0}}})
    for success in ("success", "failure"):
        offer = site.client.post(f"{AGENT}/handbook/search", json={"task": "Check the units."})
        path = f"{AGENT}/handbook/offers/{offer.json()['offer_id']}/outcome"
        told = {"outcome": success, "input_tokens": 10, "output_tokens": 5}
        assert site.client.post(path, json=told).status_code == 200

    found = site.client.get(f"{AGENT}/stats", headers=site.key(Role.VIEWER)).json()

    assert found["memories"] == 3
    handbook = found["handbook"]
    assert (handbook["version"], handbook["traces"]) == (1, 2)
    assert handbook["behaviors"] == {"candidate": 0, "active": 1, "retired": 0}
    assert (handbook["worth"]["offered"], handbook["worth"]["held_out"]) == (2, 0)
    assert handbook["worth"]["success"]["estimate"] == 0.5
    metrics = site.client.get("/metrics").text
    assert 'memsvc_handbook_offers_total{held_out="False"} 2.0' in metrics
    assert 'memsvc_handbook_outcomes_total{held_out="False"} 2.0' in metrics
    name = site.client.get(f"{AGENT}/behaviors").json()["behaviors"][0]["name"]
    retired = site.client.post(f"{AGENT}/behaviors/{name}/retire")
    assert retired.status_code == 200, retired.text
    again = site.client.get(f"{AGENT}/stats").json()["handbook"]
    assert (again["version"], again["behaviors"]["retired"]) == (2, 1)


def test_memories_are_counted_by_all_they_are(site: Site) -> None:
    site.add("Ana drinks tea.", id="m1", role="user")
    site.add("It rains.", id="m2", kind="semantic", channel="tool")
    site.add("It snows.", id="m3", channel="web")
    site.patch("m2", status="archived")
    told = [{"memory_id": "m1", "outcome": "used"}] * 3 + [
        {"memory_id": "m2", "outcome": "contradicted"}
    ]
    site.client.post(f"{AGENT}/feedback", json={"items": told})

    for found in (stats(site, f"{AGENT}/stats"), stats(site)):
        assert found["memories"] == 3
        assert found["by_kind"] == {"episodic": 2, "semantic": 1, "procedural": 0}
        assert (found["by_status"]["active"], found["by_status"]["archived"]) == (2, 1)
        assert found["by_trust"] == {"operator": 0, "user": 1, "agent": 0, "tool": 1, "web": 1}
        assert (found["uses"]["total"], found["uses"]["never"]) == (3, 2)
        assert found["uses"]["gini"] == pytest.approx(2 / 3, abs=1e-6)


def test_what_is_forgotten_or_held_back_is_counted_no_more(site: Site) -> None:
    for person in ("ana", "bob"):
        site.add(f"I am {person}.", user_id=person)
    assert stats(site)["memories"] == 2
    body = {"subject_id": "bob", "restricted": True}
    site.client.post("/v1/subjects/restrict", json=body)
    assert stats(site)["memories"] == 1
    site.client.post("/v1/subjects/restrict", json={**body, "restricted": False})
    assert stats(site)["memories"] == 2
    site.client.post(f"{AGENT}/forget", json={"subject_ids": ["ana"]})

    found = stats(site)

    assert (found["memories"], found["by_kind"]["episodic"]) == (1, 1)
    assert series(site, "forgotten")[-1]["count"] == 1


def test_a_dispute_is_open_since_the_later_one_was_written(site: Site) -> None:
    moment = {"valid_from": "2026-01-01T00:00:00Z"}
    site.add("The port of host blue is 80.", **moment)
    site.clock.advance(timedelta(days=1))
    site.add("The port of host blue is 81.", **moment)
    site.clock.advance(timedelta(days=2, hours=12))

    found = stats(site)["disputes"]

    assert (found["open"], found["oldest_days"]) == (2, 2.5)


def test_retention_falls_and_what_is_faded_is_told(site: Site) -> None:
    site.add("It rains.")
    site.add("It snows.", pinned=True)
    assert stats(site)["retention"]["bins"][-1] == 2
    site.clock.advance(timedelta(days=1000))

    found = stats(site)["retention"]

    assert (found["bins"][1], found["bins"][-1], found["faded"]) == (1, 1, 1)
    assert (found["state"], found["looked_at"], found["of"]) == ("exact", 2, 2)


def test_events_and_searches_over_time(site: Site) -> None:
    site.add("Ana drinks tea.")
    site.clock.advance(timedelta(hours=2))
    site.write({"content": "Ana drinks tea."}, {"content": "It rains."}, agent="a1")
    for mode in ("fast", "deep", "auto"):
        site.search("tea", mode=mode)
    site.context("tea")

    added = series(site, "writes.added")
    assert [one["count"] for one in added[-3:]] == [1, 0, 1]
    assert len(added) == 24
    assert added[-1]["at"] == "2026-03-01T14:00:00Z"
    assert series(site, "writes.duplicate")[-1]["count"] == 1
    assert series(site, "searches")[-1]["count"] == 4
    assert series(site, "searches.auto")[-1]["count"] == 1
    assert series(site, "contexts")[-1]["count"] == 1
    assert series(site, "hits")[-1]["count"] >= 4
    took = series(site, "seconds.search", step="day")[-1]
    assert took["count"] == 3
    assert 0 < took["p50_ms"] <= took["p95_ms"] <= took["p99_ms"] < 60_000
    found = stats(site)
    assert found["events"]["added"] == 2
    recall = found["recall"]
    assert recall["searches"] == 4
    assert recall["one_pass_share"] < 1
    assert recall["auto_one_pass_share"] in {0.0, 1.0}
    assert (recall["context"]["count"], recall["write"]["count"]) == (1, 2)
    site.clock.advance(timedelta(days=2))
    assert stats(site)["recall"]["searches"] == 0
    assert stats(site)["events"]["added"] == 2


@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_has_a_timeline(site: Site, measure: Measure) -> None:
    site.add("Ana drinks tea.")

    points = series(site, measure, step="day")

    assert len(points) == 30
    assert ("p50_ms" in points[0]) == measure.is_timed


def test_a_timeline_of_one_agent_is_its_own(site: Site) -> None:
    site.add("Ana drinks tea.")
    site.add("It rains.", agent="a2")
    site.add("It snows.", agent="a2")

    assert series(site, "writes.added")[-1]["count"] == 3
    assert series(site, "writes.added", agent_id="a1")[-1]["count"] == 1
    unknown = site.client.get(SERIES, params={"measure": "searches", "agent_id": "nobody"})
    is_problem(unknown, 404, "not_found")


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, "to"),
        ({"from": "2025-01-01T00:00:00Z"}, "from"),
        ({"from": "2025-01-01T00:00:00"}, "from"),
        ({"to": "0001-01-01T05:00:00Z"}, "to"),
        ({"to": "0001-01-20T05:00:00Z", "step": "day"}, "to"),
        ({"to": "0001-01-01T05:00:00+09:00"}, "to"),
        ({"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"}, "from"),
        ({"from": "9999-12-31T23:59:59-09:00"}, "from"),
        ({"step": "minute"}, "step"),
        ({"measure": "nothing"}, "measure"),
    ],
)
def test_a_span_that_cannot_be_is_refused(site: Site, query: dict[str, str], place: str) -> None:
    answer = site.client.get(SERIES, params={"measure": "searches", **query})

    assert is_problem(answer, 422, "invalid_request")
    assert [one["location"] for one in answer.json()["errors"]] == [place]


@pytest.mark.parametrize("step", ["hour", "day"])
@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("0001-01-01T00:00:00Z", "0001-01-01T05:00:00Z"),
        ("9999-12-31T20:00:00Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_at_the_ends_of_time_nothing_was_done(
    lasting: Site, since: str, until: str, step: str
) -> None:
    points = series(lasting, "searches", step=step, **{"from": since, "to": until})

    assert {one["count"] for one in points} == {0}
    assert points[0]["at"][:10] == since[:10]


def test_a_key_with_a_pattern_sees_the_figures_of_its_agents(site: Site) -> None:
    site.add("Ana drinks tea.", agent="shop-1")
    site.add("It rains.", agent="shop-2")
    site.add("It snows.", agent="office")
    site.search("tea", agent="office")
    viewer = site.key(Role.VIEWER, agents="shop-*")

    found = stats(site, "/v1/stats", viewer)

    assert (found["agents"], found["memories"], found["recall"]["searches"]) == (2, 2, 0)
    assert found["forget_requests"] is None
    assert found["service"] is None
    own = site.client.get(SERIES, params={"measure": "writes.added"}, headers=viewer).json()
    assert own["points"][-1]["count"] == 2
    foreign, unknown = (
        site.client.get(SERIES, params={"measure": "searches", "agent_id": one}, headers=viewer)
        for one in ("office", "nobody")
    )
    assert is_problem(foreign, 404, "not_found")
    assert foreign.json()["detail"] == unknown.json()["detail"]
    assert stats(site, "/v1/stats", site.key(Role.VIEWER, agents="none-*"))["memories"] == 0


def test_tenants_are_counted_apart_and_the_service_is_for_operators(site: Site) -> None:
    site.add("Ana drinks tea.")
    assert stats(site, "/v1/stats", site.key(Role.VIEWER))["service"]["tier"] == "shred"
    other = site.key(Role.OPERATOR, tenant="other")
    for number in range(3):
        draft = {"memories": [{"content": f"It rains {number}."}]}
        written = site.client.post(f"{AGENT}/memories", json=draft, headers=other)
        assert written.status_code == 201

    ours, theirs = stats(site), stats(site, "/v1/stats", other)

    assert (ours["memories"], theirs["memories"]) == (1, 3)
    assert (ours["events"]["added"], theirs["events"]["added"]) == (1, 3)
    assert theirs["service"]["database"] == "sqlite"
    assert theirs["service"]["storage_bytes"] > 0
    viewer = stats(site, "/v1/stats", site.key(Role.VIEWER))
    assert viewer["service"] is None


def test_that_somebody_was_forgotten_is_for_operators(site: Site) -> None:
    viewers = (site.key(Role.VIEWER), site.key(Role.VIEWER, agents="a*"))
    site.add("It rains.", agent="a2")
    settings = {"settings": {"handbook": {"hold_out": 0.0}}}
    assert site.client.put("/v1/agents/a3", json=settings).status_code == 200
    site.add("I am Ana.", user_id="ana")
    assert [stats(site, "/v1/stats", one)["agents"] for one in viewers] == [3, 3]
    body = {"subject_ids": ["ana"], "mode": "immediate"}
    assert site.client.post("/v1/forget-requests", json=body).status_code == 202

    found = [stats(site, "/v1/stats", one) for one in viewers]

    assert [one["agents"] for one in found] == [2, 2]
    assert found[0]["service"]["tombstones"] is None
    assert [one["forget_requests"] for one in found] == [None, None]
    for operator in (site.key(Role.OPERATOR), site.key(Role.ADMIN)):
        told = stats(site, "/v1/stats", operator)
        assert told["service"]["tombstones"] > 0
        assert sum(told["forget_requests"]["by_status"].values()) == 1
    assert stats(site)["agents"] == 2
    ours, theirs = (
        site.client.get("/metrics", headers=headers).text for headers in (None, viewers[0])
    )
    for metric in ("memsvc_tombstones ", "memsvc_forget_requests{", "memsvc_forget_requests_due{"):
        assert metric in ours
        assert metric not in theirs


FORGETS = ("forget", "tombstone", "suppressed", "subjects", "DELETE", "erase")


@pytest.mark.parametrize("agents", ["*", "shop-*"])
def test_no_metric_of_viewers_tells_that_somebody_was_forgotten(site: Site, agents: str) -> None:
    told = {"content": "I am Ana.", "user_id": "ana"}
    site.write(told, {"content": "It rains.", "id": "rain"})
    body = {"subject_ids": ["ana"], "mode": "immediate"}
    assert site.client.post("/v1/forget-requests", json=body).status_code == 202
    assert site.write(told)[0]["event"] == "suppressed"
    nobody = {"user_id": "nobody"}
    for path in ("/v1/subjects/lookup", "/v1/agents/a1/forget"):
        site.client.post(path, json=nobody if path.endswith("forget") else {"subject_id": "x"})
    site.client.get("/dashboard/forget")
    site.client.post("/dashboard/agents/a1/memories/rain/erase")
    site.delete("rain")

    ours = site.client.get("/metrics").text
    theirs = site.client.get("/metrics", headers=site.key(Role.VIEWER, agents=agents)).text

    for word in FORGETS:
        assert word in ours
        assert word not in theirs
    written = 'method="POST",route="/v1/agents/{agent_id}/memories"'
    for word in ('event="added"', written, "_seconds_bucket", "memsvc_memories", "process_open"):
        assert word in theirs


def test_forget_requests_are_counted_by_how_they_stand(site: Site) -> None:
    site.add("I am Ana.", user_id="ana")
    body = {"subject_ids": ["ana"], "mode": "two_phase"}
    assert site.client.post("/v1/forget-requests", json=body).status_code == 202
    assert stats(site)["forget_requests"]["open"] == 1
    site.clock.advance(timedelta(days=20))
    assert stats(site)["forget_requests"]["due"] == 1
    site.clock.advance(timedelta(days=20))

    found = stats(site)["forget_requests"]

    assert (found["open"], found["due"], found["overdue"]) == (1, 1, 1)
    assert sum(found["by_status"].values()) == 1


def test_what_was_gathered_is_written_when_the_service_stops(tmp_path: Path) -> None:
    with running(settings_in(tmp_path)) as site:
        site.add("Ana drinks tea.")
        site.search("tea")
        assert site.client.get("/v1/stats").json()["recall"]["searches"] == 0

    with running(settings_in(tmp_path)) as again:
        assert again.client.get("/v1/stats").json()["recall"]["searches"] == 1

"""Metrics: what they tell, and that their page tells of all of them and of no others."""

from __future__ import annotations

import re

from memsvc.store.agents import advance
from tests.api.site import Site
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "metrics.md"


def families(text: str) -> set[str]:
    """Names of the metrics on a page of them, as people query them."""
    found = re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)
    # The text format calls both what they are already.
    return {name for name, _ in found}


def value(text: str, series: str) -> float:
    [found] = re.findall(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found)


def used(site: Site) -> str:
    site.add("Ana drinks tea.", id="m1")
    site.add("It rains.", kind="semantic")
    site.search("tea")
    site.context("tea")
    told = {"items": [{"memory_id": "m1", "outcome": "used"}]}
    site.client.post("/v1/agents/a1/feedback", json=told)
    site.client.post("/v1/agents/a1/handbook/search", json={"task": "Do it."})
    return site.client.get("/metrics").text


def test_the_page_tells_of_every_metric_and_of_no_other(site: Site) -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert len(set(rows)) == len(rows)
    assert set(rows) == families(used(site))


def test_labels_are_those_of_the_page(site: Site) -> None:
    page = PAGE.read_text(encoding="utf-8")
    text = used(site)
    site.client.get("/v1/agents/a1")
    for name, labels in re.findall(r"^\| `([a-z_]+)` \| ([^|]*)\|", page, re.MULTILINE):
        wanted = set(re.findall(r"`([a-z_]+)`", labels))
        series = re.findall(rf"^{name}(?:_bucket|_count)?\{{([^}}]*)\}}", text, re.MULTILINE)
        seen = {key for one in series for key in re.findall(r'([a-z_]+)="', one)} - {"le"}
        assert seen <= wanted, name
        assert seen or not series, name


def test_what_is_held_and_done_is_told(site: Site) -> None:
    text = used(site)

    assert value(text, 'memsvc_memories{kind="episodic",status="active"}') == 1
    assert value(text, 'memsvc_memories{kind="semantic",status="active"}') == 1
    assert value(text, "memsvc_agents") == 1
    assert value(text, 'memsvc_feedback_total{outcome="used"}') == 1
    assert value(text, "memsvc_index_hits_total") >= 1
    assert value(text, "memsvc_storage_bytes") > 0
    assert 'memsvc_database_info{kind="sqlite",tier="shred"} 1.0' in text


def test_an_index_that_is_behind_is_told_by_how_much(site: Site) -> None:
    used(site)
    site.search("tea")
    [agent_key] = site.runtime.indexes.last_used(10)
    assert value(site.client.get("/metrics").text, "memsvc_index_behind") == 0
    site.runtime.database.write(lambda tx: advance(tx, agent_key, 5))

    text = site.client.get("/metrics").text

    assert (value(text, "memsvc_index_behind"), value(text, "memsvc_index_lag")) == (1, 5)
    assert site.client.get("/v1/stats").json()["service"]["indexes"]["lag"] == 5

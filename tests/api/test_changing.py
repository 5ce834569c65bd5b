"""Changing memories."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from memsvc.core.access import Role
from tests.api.site import Site, is_problem

ONE = "/v1/agents/a1/memories/m1"


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "I moved to Porto."},
        {"metadata": {"topic": "home"}},
        {"metadata": {}},
        {"tags": ["moving"]},
        {"tags": []},
        {"importance": 0.9},
        {"importance": 1},
        {"pinned": True},
        {"expires_at": "2027-01-01T00:00:00Z"},
        {"expires_at": None},
        {"status": "archived"},
        {"status": "active"},
        {"content": "All at once.", "tags": ["x"], "importance": 0.0, "status": "archived"},
    ],
)
def test_a_change_sets_what_it_names_and_nothing_else(site: Site, changes: dict[str, Any]) -> None:
    site.add(
        "I moved to Lisbon.",
        id="m1",
        user_id="u1",
        metadata={"old": 1},
        tags=["old"],
        expires_at="2028-01-01T00:00:00Z",
    )
    before = site.get("m1")
    site.clock.advance(timedelta(hours=1))

    after = site.patch("m1", **changes)

    assert after == site.get("m1")
    assert after["updated_at"] == "2026-03-01T13:00:00Z"
    same = before.keys() - changes.keys() - {"updated_at", "retention"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert {name: after[name] for name in changes} == changes


def test_every_change_is_a_version(site: Site) -> None:
    site.add("I moved to Lisbon.", id="m1")

    etags = [site.client.patch(ONE, json={"importance": n / 4}).headers["etag"] for n in range(3)]

    assert etags == ['"2"', '"3"', '"4"']
    assert site.client.get(ONE).headers["etag"] == '"4"'


def test_a_change_is_made_while_its_version_stands(site: Site) -> None:
    site.add("I moved to Lisbon.", id="m1")

    def change(if_match: str) -> int:
        answer = site.client.patch(ONE, json={"pinned": True}, headers={"If-Match": if_match})
        return answer.status_code

    assert change('"1"') == 200
    assert change('"1"') == 412
    assert change('"1", "2"') == 200
    assert change("*") == 200
    assert change('"4"') == 200
    assert change('"other"') == 412
    assert change('W/"5"') == 412


def test_a_refused_change_changes_nothing(site: Site) -> None:
    site.add("I moved to Lisbon.", id="m1")
    site.patch("m1", pinned=True)
    before = site.get("m1")

    answer = site.client.patch(ONE, json={"content": "No."}, headers={"If-Match": '"1"'})

    assert is_problem(answer, 412, "precondition_failed")
    assert site.get("m1") == before


def test_new_content_is_found_and_the_old_is_not(site: Site) -> None:
    site.add("The violin is broken.", id="m1")
    site.add("Dinner at seven.")
    site.search("warm up the index")

    site.patch("m1", content="The harbour freezes.")

    [new] = site.search("harbour freezes", limit=1, explain=True)
    assert new["memory"]["id"] == "m1"
    assert new["score_details"]["dense"] > 0.5
    assert new["score_details"]["lexical_rank"] == 1
    old = {one["memory"]["id"]: one for one in site.search("violin broken", explain=True)}
    assert old["m1"]["score_details"]["lexical_rank"] is None
    assert old["m1"]["score_details"]["dense"] < 0.5


def test_duplicates_are_told_by_the_new_content(site: Site) -> None:
    site.add("The violin is broken.", id="m1")
    site.patch("m1", content="The harbour freezes.")

    again, old = site.write(
        {"content": "The harbour freezes."}, {"content": "The violin is broken."}
    )

    assert (again["event"], again["id"]) == ("duplicate", "m1")
    assert old["event"] == "added"


def test_an_archived_memory_is_searched_on_request_and_comes_back(site: Site) -> None:
    site.add("The harbour freezes.", id="m1")

    site.patch("m1", status="archived")
    assert site.found("harbour") == []
    assert site.found("harbour", include=["archived"]) == ["m1"]
    assert site.listed(status="archived") == ["m1"]

    site.patch("m1", status="active")
    assert site.found("harbour") == ["m1"]
    assert site.listed(status="archived") == []


def test_filters_see_what_was_changed(site: Site) -> None:
    site.add("The harbour freezes.", id="m1", tags=["old"], metadata={"n": 1})
    site.search("harbour")

    site.patch("m1", tags=["new"], metadata={"n": 2}, importance=0.9, pinned=True)

    for holds in ({"tags": "new"}, {"metadata.n": 2}, {"importance": 0.9}, {"pinned": True}):
        assert site.found("harbour", filters=holds) == ["m1"]
    for fails in ({"tags": "old"}, {"metadata.n": 1}, {"importance": 0.5}, {"pinned": False}):
        assert site.found("harbour", filters=fails) == []


def test_an_unknown_memory_cannot_be_changed(site: Site) -> None:
    site.add("The harbour freezes.", id="m1")

    for path in ("/v1/agents/a1/memories/m2", "/v1/agents/a2/memories/m1"):
        for headers in ({}, {"If-Match": "*"}, {"If-Match": '"1"'}):
            answer = site.client.patch(path, json={"pinned": True}, headers=headers)
            assert is_problem(answer, 404, "not_found")


def test_only_operators_and_admins_release_from_quarantine(site: Site) -> None:
    sources = [site.add("Ana swims on Mondays."), site.add("Ana swims on Fridays.")]
    summary = site.add("Ana swims twice a week.", source_ids=sources)
    site.delete(sources[0])
    where = f"/v1/agents/a1/memories/{summary}"

    refused = site.client.patch(where, json={"status": "active"}, headers=site.key(Role.AGENT))
    assert is_problem(refused, 403, "forbidden")
    assert site.get(summary)["status"] == "quarantined"

    allowed = site.client.patch(where, json={"status": "active"}, headers=site.key(Role.OPERATOR))
    assert allowed.json()["status"] == "active"


def test_as_of_answers_in_the_words_of_then(site: Site) -> None:
    site.add("I like tea.", id="m1")
    site.clock.advance(timedelta(days=1))
    site.patch("m1", content="I like coffee.")
    site.clock.advance(timedelta(days=1))
    site.patch("m1", content="I like water.")

    def then(moment: str) -> list[str]:
        found = site.search("what do I like", as_of=moment)
        return [hit["memory"]["content"] for hit in found]

    assert then("2026-03-01T13:00:00Z") == ["I like tea."]
    assert then("2026-03-02T13:00:00Z") == ["I like coffee."]
    assert then("2026-03-04T00:00:00Z") == ["I like water."]
    assert then("2026-02-01T00:00:00Z") == []

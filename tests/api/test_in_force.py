"""A fact that begins later leaves the present as it is until then, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.api.site import Site

QUERY = "Where is the office of the company?"
DUE = "2026-03-11T00:00:00Z"


def office(place: str, since: str, id_: str) -> dict[str, Any]:
    """Where the office is, as of a time."""
    fact = {"content": f"The office of the company is in {place}.", "valid_from": since}
    return {"kind": "semantic", "id": id_, "user_id": "ana"} | fact


def shown(site: Site) -> dict[str, str]:
    """The status of each memory as it is read, listed and found."""
    told = {one["id"]: one["status"] for one in site.page()["memories"]}
    assert {one: site.get(one)["status"] for one in told} == told
    every = site.search(QUERY, include=["superseded"])
    assert {hit["memory"]["id"]: hit["memory"]["status"] for hit in every} == told
    for status in ("active", "superseded"):
        ids = {one for one, its in told.items() if its == status}
        page = site.page(status=status)
        assert ({one["id"] for one in page["memories"]}, page["total"]) == (ids, len(ids))
        assert {*site.found(QUERY, include=["superseded"], filters={"status": status})} == ids
    active = {one for one, its in told.items() if its == "active"}
    assert {*site.found(QUERY)} == active
    assert {one["id"] for one in site.context(QUERY)["citations"]} == active
    return told


def test_the_present_is_shown_until_the_coming_begins(site: Site) -> None:
    site.add(**office("Porto", "2026-01-01T00:00:00Z", "present"))
    [coming] = site.write(office("Lisbon", DUE, "coming"))
    assert (coming["event"], coming["affected"]) == ("superseded", ["present"])

    assert shown(site) == {"present": "active", "coming": "active"}
    present = site.get("present")
    assert (present["valid_to"], present["superseded_by"]) == (DUE, "coming")
    assert site.found(QUERY, as_of="2026-03-01T12:00:00Z") == ["present"]

    site.clock.advance(timedelta(days=9, hours=12) - timedelta(microseconds=1))
    assert shown(site) == {"present": "active", "coming": "active"}
    site.clock.advance(timedelta(microseconds=1))
    assert shown(site) == {"present": "superseded", "coming": "active"}
    assert site.found(QUERY, as_of="2026-03-10T12:00:00Z") == ["present"]


def test_lists_go_on_with_the_status_that_is_shown(site: Site) -> None:
    for number in range(3):
        for at, since in enumerate(("2026-01-01T00:00:00Z", DUE)):
            content = f"The port of server {number} is {at}."
            id_ = f"s{number}-{at}"
            site.write({"content": content, "kind": "semantic", "valid_from": since, "id": id_})

    first = site.page(status="active", limit=4)
    assert (first["total"], len(first["memories"])) == (6, 4)
    site.clock.advance(timedelta(days=10))

    # What is over by now is on no further page.
    rest = site.page(status="active", limit=4, cursor=first["next_cursor"])
    assert [one["id"] for one in rest["memories"]] == ["s0-1"]
    assert (rest["total"], rest["next_cursor"]) == (3, None)

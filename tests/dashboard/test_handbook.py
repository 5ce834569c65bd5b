"""The pages of a handbook: what it is worth, its behaviors, its versions, and decisions."""

from __future__ import annotations

from typing import Any

import pytest

from memsvc.core.access import Role
from memsvc.dashboard.differences import MOST_WORDS, Piece, between
from tests.api.site import Site
from tests.dashboard.browsing import Tab
from tests.dashboard.deeds import BOTH, learn, offer, put
from tests.dashboard.signing_in import enter, post, token_in
from tests.dashboard.story import HOSTILE, ask
from tests.serving.server import Server

LEARNT = "/dashboard/agents/learnt/handbook"
BOOK = "/dashboard/agents/a1/handbook"


@pytest.fixture(scope="module")
def learnt(server: Server) -> Server:
    """An agent with a handbook that was offered, and held out."""
    learn(server, "learnt")
    offer(server, "learnt")
    return server


def line(server: Server, name: str) -> dict[str, Any]:
    told: dict[str, Any] = server.client.get(f"/v1/agents/learnt/behaviors/{name}").json()
    return told


def test_it_looks_well(tab: Tab, learnt: Server) -> None:
    for path in ("", "/versions/2", "/order", "/behavior_units"):
        tab.looks(f"{LEARNT}{path}")
    empty = "/dashboard/agents/branch-000/handbook"
    for path in (f"{LEARNT}/versions", empty, f"{empty}/versions", f"{empty}/order"):
        tab.open(path)
        assert tab.violations() == [], path
    assert "attempts repeat nothing new" in tab.text


def test_what_it_is_worth_is_told_with_its_intervals(tab: Tab, learnt: Server) -> None:
    tab.open(LEARNT)
    told = learnt.client.get("/v1/agents/learnt/handbook/report").json()
    saving, lift = told["handbook"]["saving"], told["handbook"]["lift"]
    figures = tab.page.locator("dl.figures").inner_text()
    assert f"95%: {saving['low']:,.1f} to {saving['high']:,.1f}" in figures
    assert f"{lift['estimate'] * 100:+.1f} points" in figures
    tab.page.get_by_role("link", name="behavior_units").first.click()
    worth = next(one["worth"] for one in told["lines"] if one["name"] == "behavior_units")
    assert f"{worth['effect']['estimate'] * 100:+.1f} points" in tab.text
    assert f"Offered\n40 times, cited {worth['cited']} times" in tab.text
    tab.open(f"{LEARNT}?task_class=law")
    assert "0 tasks with an offer" in tab.text


def test_a_change_of_words_is_drawn(tab: Tab, learnt: Server) -> None:
    tab.open(f"{LEARNT}/behavior_units?since=1&until=6")
    compared = tab.page.locator("#compared")
    assert [one.strip() for one in compared.locator("ins").all_text_contents()] == [
        "come: of all lengths", "come:  them up",
    ]  # fmt: skip
    assert compared.locator("del").count() == 0
    tab.page.get_by_label("From version").select_option("6")
    tab.page.get_by_text("Nothing of it differs.").wait_for()
    tab.page.get_by_label("To version").select_option("1")
    compared.locator("del").first.wait_for()
    assert tab.path == f"{LEARNT}/behavior_units?since=6&until=1"


def test_what_behaviors_say_is_text(tab: Tab, learnt: Server) -> None:
    for path in ("", "/behavior_markup", "/versions/5", "/versions/1"):
        tab.open(f"{LEARNT}{path}")
        assert tab.page.locator("main img").count() == 0
        assert HOSTILE[0] in tab.page.locator("main").inner_text().replace("gone: ", ""), path


def test_a_candidate_is_approved_retired_and_put_back(tab: Tab, learnt: Server) -> None:
    tab.open(LEARNT)
    waiting = tab.page.locator("li", has_text="Ask before you pay.")
    waiting.get_by_role("button", name="Approve").click()
    assert "offered from now on" in tab.text
    assert line(learnt, "behavior_ask")["status"] == "active"
    tab.page.get_by_role("link", name="behavior_ask").click()
    tab.page.get_by_role("button", name="Retire").click()
    assert "offered no more" in tab.text
    assert line(learnt, "behavior_ask")["status"] == "retired"
    tab.page.get_by_role("button", name="Put it back to this").first.click()
    assert "Put back" in tab.text
    told = line(learnt, "behavior_ask")
    assert (told["status"], told["approved"]) == ("active", True)


def test_a_version_is_gone_back_to(tab: Tab, learnt: Server) -> None:
    tab.open(LEARNT)
    tab.page.get_by_role("link", name="All").click()
    tab.page.get_by_role("link", name="Version 2", exact=True).click()
    assert "behavior_markup" in tab.text
    tab.page.get_by_role("button", name="Roll the handbook back to version 2").click()
    assert "Rolled back, as a new version" in tab.text
    assert "behavior_markup" not in tab.text
    assert line(learnt, "behavior_units")["instruction"] == "Check the units before you add."


def test_it_is_put_in_order(tab: Tab, server: Server) -> None:
    learn(server, "double")
    put(server, "double", "gauge", "Guess how much it will be.", source_trace_ids=BOTH)
    alike = {"instruction": "Always estimate the result first."}
    ask(server, "PATCH", "/behaviors/behavior_gauge", alike, "double")
    tab.open("/dashboard/agents/double/handbook")
    tab.page.get_by_role("link", name="Put it in order").click()
    assert "In this order: Read the lengths, then" in tab.text
    assert "alike by" in tab.text
    assert tab.violations() == []
    tab.page.get_by_role("button", name="Put it in order").click()
    assert "Put in order, as a new version" in tab.text
    settings = {"settings": {"handbook": {"budget": 2}}}
    assert server.client.put("/v1/agents/double", json=settings).is_success
    tab.open("/dashboard/agents/double/handbook/order")
    assert "more than the agent's settings allow" in tab.text
    ask(server, "POST", "/handbook/consolidations", {}, "double")
    tab.page.get_by_role("button", name="Put it in order").click()
    assert "nothing to put in order any more" in tab.text


# --- Without a browser ---------------------------------------------------------------------------


@pytest.fixture
def book(site: Site) -> Site:
    """Somebody signed in, and a behavior of two versions that this test alone changes."""
    site.client.cookies.clear()
    path = "/v1/agents/a1"
    for id_ in BOTH:
        site.client.post(f"{path}/traces", json={"id": id_, "task": f"Add it up ({id_})."})
    site.client.post(
        f"{path}/behaviors",
        json={"name": "units", "instruction": "Check the units.", "source_trace_ids": BOTH},
    )
    enter(site)
    return site


def stands(site: Site) -> dict[str, Any]:
    told: dict[str, Any] = site.client.get("/v1/agents/a1/behaviors/behavior_units").json()
    return told


@pytest.mark.parametrize("act", ["retire", "approve", "putback"])
def test_nobody_decides_about_words_they_have_not_read(book: Site, act: str) -> None:
    path = f"{BOOK}/behavior_units"
    assert post(book.client, f"{path}/{act}", words="another").status_code == 412
    assert stands(book)["status"] == "active"


def test_a_handbook_is_rolled_back_only_from_the_version_that_was_seen(book: Site) -> None:
    version = stands(book)["version"]
    answer = post(book.client, f"{BOOK}/versions/0/rollback", standing=str(version + 1))
    assert answer.status_code == 412
    assert stands(book)["status"] == "active"


@pytest.mark.parametrize(
    "path",
    ["versions/0/rollback", "order", "behavior_units/approve", "behavior_units/retire",
     "behavior_units/putback"],
)  # fmt: skip
def test_nothing_is_done_without_the_token_or_by_whoever_may_not(book: Site, path: str) -> None:
    before = stands(book)["version"]
    token = token_in(book.client.get(BOOK).text)
    answer = book.client.post(f"{BOOK}/{path}", data={"token": token[::-1]})
    assert answer.status_code == 403
    enter(book, Role.VIEWER)
    assert post(book.client, f"{BOOK}/{path}").status_code == 403
    enter(book, tenant="other")
    assert post(book.client, f"{BOOK}/{path}").status_code == 404
    assert stands(book)["version"] == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/behavior_nothing", 404),
        ("/behavior_units?since=99", 404),
        ("/behavior_units?since=x", 422),
        ("/versions/99", 404),
        ("/versions/-1", 404),
        ("/versions/1?since=99", 404),
        ("/versions/0", 200),
        ("/versions?before=x", 422),
        ("/versions?before=1", 200),
        ("/%3Cscript%3E", 404),
    ],
)
def test_pages_that_are_not_there_say_so(book: Site, path: str, status: int) -> None:
    assert book.client.get(f"{BOOK}{path}").status_code == status


def test_a_viewer_sees_nothing_of_it(book: Site) -> None:
    enter(book, Role.VIEWER)
    for path in ("", "/versions", "/versions/1", "/order", "/behavior_units"):
        assert book.client.get(f"{BOOK}{path}").status_code == 403


# --- What differs --------------------------------------------------------------------------------


def test_the_pieces_of_a_difference_are_both_texts() -> None:
    for before, after in (
        ("Check the units.", "Check all units first."), ("", "New."), ("Gone.", ""), ("", ""),
        ("a b c", "c b a"), ("same", "same"), ("x " * MOST_WORDS, "y " * MOST_WORDS),
    ):  # fmt: skip
        pieces = between(before, after)
        assert "".join(one.text for one in pieces if one.kind != "come") == before
        assert "".join(one.text for one in pieces if one.kind != "gone") == after
    assert between("Check the units.", "Check all units.") == [
        Piece("same", "Check "), Piece("gone", "the"), Piece("come", "all"),
        Piece("same", " units."),
    ]  # fmt: skip

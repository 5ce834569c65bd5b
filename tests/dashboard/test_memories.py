"""The list of memories, and the search."""

from __future__ import annotations

import re

import pytest

from memsvc.core.access import Scope
from memsvc.core.explaining import explained
from memsvc.dashboard.scores import drawn
from memsvc.operations.question import Question
from memsvc.operations.search import search
from tests.api.site import Site
from tests.dashboard.browsing import Tab
from tests.dashboard.signing_in import enter, fields_in, post
from tests.dashboard.story import HOSTILE

PATH = "/dashboard/agents/support/memories"
OURS = "/dashboard/agents/a1/memories"


def look_for(tab: Tab, query: str, kind: str = "") -> None:
    """Search as people do."""
    tab.open(PATH + (f"?kind={kind}" if kind else ""))
    tab.page.get_by_label("Search").fill(query)
    tab.page.get_by_role("button", name="Show").click()
    tab.page.locator(".hits").wait_for()


def test_the_list_looks_well(tab: Tab) -> None:
    tab.looks(PATH)


def test_a_search_looks_well_and_tells_why(tab: Tab) -> None:
    look_for(tab, "where does Ana live")
    tab.looks_as_it_stands()
    first = tab.page.locator(".hits > li").first
    first.get_by_text("Why this score").click()
    assert "words in common" in first.inner_text()
    assert "relevance" in first.inner_text()
    assert tab.violations() == []


def test_content_in_lists_is_text(tab: Tab) -> None:
    for query in ("typed alert stay", "Aaaaaaargh"):
        look_for(tab, query)
        assert tab.page.locator("main img").count() == 0
        assert tab.page.locator("main script").count() == 0
    look_for(tab, "onerror")
    assert any(content in tab.text for content in HOSTILE)


def test_a_filter_changes_the_list_and_the_address_without_a_new_page(tab: Tab) -> None:
    tab.open(PATH)
    tab.page.evaluate("window.kept = true")
    tab.page.get_by_label("Kind").select_option("semantic")
    tab.page.wait_for_url("**kind=semantic**")
    assert "Note 59" not in tab.text
    assert tab.page.evaluate("window.kept") is True
    tab.page.get_by_label("Person").fill("ben")
    tab.page.get_by_role("button", name="Show").click()
    tab.page.get_by_text("1 memory within these filters").wait_for()
    assert tab.path == f"{PATH}?kind=semantic"
    assert tab.page.evaluate("window.kept") is True
    tab.page.go_back()
    tab.page.wait_for_url(f"**{PATH}")
    tab.page.get_by_text("Note 59").wait_for()


def test_a_search_is_asked_for_once(tab: Tab) -> None:
    tab.open(PATH)
    posts: list[str] = []
    tab.page.on("request", lambda one: posts.append(one.url) if one.method == "POST" else None)
    search = tab.page.get_by_label("Search", exact=True)
    for words, send in (
        ("where does Ana live", lambda: search.press("Enter")),
        ("green tea", lambda: tab.page.get_by_role("button", name="Show").click()),
    ):
        posts.clear()
        search.fill(words)
        send()
        tab.page.locator(".hits").wait_for()
        tab.page.wait_for_timeout(200)
        assert len(posts) == 1
    posts.clear()
    tab.page.get_by_label("Mode").select_option("deep")
    tab.page.get_by_text("found in two passes").wait_for()
    assert len(posts) == 1


def test_an_error_of_a_search_is_shown_in_place_of_the_page(tab: Tab) -> None:
    tab.open(PATH)
    tab.page.locator("#mode").evaluate("one => one.options[0].value = 'quick'")
    tab.page.get_by_label("Search").fill("plums")
    tab.page.get_by_role("button", name="Show").click()
    tab.page.get_by_text("mode: must be one of").wait_for()
    assert tab.page.locator("main").count() == 1
    # The answer of 422 is one the browser reports.
    assert tab.complaints
    assert all("422" in one for one in tab.complaints)
    tab.complaints.clear()


def test_no_address_tells_what_is_asked_for(tab: Tab) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    look_for(tab, "where does Ana live", kind="episodic")
    assert tab.path == f"{PATH}?kind=episodic"
    tab.page.locator("#results").get_by_role("button", name="ana", exact=True).first.click()
    assert tab.page.get_by_label("Person").input_value() == "ana"
    assert tab.path == PATH
    tab.page.context.clear_cookies()
    tab.open(f"{PATH}?q=ana")
    assert f"{tab.base}{PATH}?q=ana" in asked
    assert not any("ana" in one.removesuffix("?q=ana").lower() for one in asked)


def test_it_works_without_scripts(site: Site) -> None:
    for number in range(60):
        site.add(f"Note {number}.", agent="paged")
    enter(site)
    page = site.client.get("/dashboard/agents/paged/memories")
    assert "60 memories" in page.text
    assert "Note 59." in page.text
    assert "Note 9." not in page.text
    rest = page.text.split('rel="next" href="')[1].partition('"')[0]
    page = site.client.get(rest.replace("&amp;", "&"))
    assert "Note 9." in page.text
    assert 'rel="next"' not in page.text


def test_keyboards_reach_the_content_first(tab: Tab) -> None:
    tab.open(PATH)
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.closest('main') !== null")


def test_persons_sessions_and_searches_are_posted(site: Site) -> None:
    for number in range(60):
        site.add(f"Plum {number}.", agent="asked", user_id=" bob ", session_id="s 1")
        site.add(f"Pear {number}.", agent="asked", user_id="bob")
    enter(site)
    path = "/dashboard/agents/asked/memories"
    page = post(site.client, path, path, user_id=" bob ", session_id="s 1").text
    assert "60 memories within these filters" in page
    assert "Pear" not in page
    assert "Plum 9." not in page
    for name in ("bob", "s+1", "s%201"):
        assert not re.search(rf'(href|action)="[^"]*{re.escape(name)}', page)
    # The last form is the pager's.
    older = fields_in(page[page.index('<nav class="pager"') :], path)
    page = site.client.post(path, data=older).text
    assert "Plum 9." in page
    assert "Older" not in page
    page = post(site.client, path, path, q="plum 7", user_id=" bob ").text
    assert page.count('class="why"') == 20
    more = fields_in(page[page.index('<nav class="pager"') :], path)
    page = site.client.post(path, data=more).text
    assert page.count('class="why"') == 40
    assert "Pear" not in page


def test_an_address_asks_for_no_search_and_for_nobody(site: Site) -> None:
    site.add("Plums are blue.", agent="bare", user_id="bob")
    enter(site)
    page = site.client.get("/dashboard/agents/bare/memories?q=pear&user_id=eve&session_id=s").text
    assert "Plums are blue." in page
    assert "eve" not in page


def test_what_an_address_may_tell_becomes_one(site: Site) -> None:
    site.add("There is an agent.", agent="told")
    enter(site)
    path = "/dashboard/agents/told/memories"
    answer = post(site.client, path, path, kind="episodic", status="", q="", user_id="")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?kind=episodic")
    assert site.client.post(path, data={"q": "agent"}).status_code == 403  # no token


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "quick"}, {"hits": "0"}, {"hits": "x"}, {"q": "x" * 9000}, {"user_id": "x" * 300},
        {"q": "a\x00"}, {"user_id": "u", "cursor": "zzz"}, {"kind": "x"},
    ],
)  # fmt: skip
def test_a_wrong_form_is_told(site: Site, fields: dict[str, str]) -> None:
    site.write({"content": "There is an agent."})
    enter(site)
    answer = post(site.client, OURS, **fields)
    assert answer.status_code == 422
    assert list(fields)[-1] in answer.text


@pytest.mark.parametrize("query", ["kind=x", "status=gone", "cursor=zzz"])
def test_a_wrong_address_is_told(site: Site, query: str) -> None:
    site.write({"content": "There is an agent."})
    enter(site)
    answer = site.client.get(f"{OURS}?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.text
    assert "zzz" not in answer.text


def test_empty_lists_say_what_to_do(site: Site) -> None:
    site.add("There is an agent.", agent="quiet")
    enter(site)
    page = site.client.get("/dashboard/agents/quiet/memories?status=archived").text
    assert "Nothing within these filters" in page
    quiet = "/dashboard/agents/quiet/memories"
    page = post(site.client, quiet, quiet, q="there", status="archived", user_id="x").text
    assert "Nothing found" in page


def test_the_bar_of_a_score_adds_up(site: Site) -> None:
    for text in ("Ana lives in Porto.", "Where does Ben live?", "It rains in Porto today."):
        site.add(text, agent="scored", user_id="ana")
    found = search(site.runtime, Scope("default", "scored"), Question("Where does Ana live?")).found
    assert found
    for one in found:
        bar = drawn(one)
        why = explained(one.judgement, one.place)
        told = sum(piece.value for piece in bar.segments)
        assert told == pytest.approx(sum(why.signals.values()), abs=0.05)
        per_odd = (bar.even_at - bar.zero_at) / why.even
        for piece in bar.segments:
            assert piece.width == pytest.approx(abs(piece.value) * per_odd)
            assert 0 <= piece.start <= piece.start + piece.width <= 100.001
            assert (piece.start >= bar.zero_at - 1e-9) == (piece.value > 0)

"""The pages of consolidation: planned, started, watched, read, and rolled back."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import count

import pytest

from memsvc.core.access import Role
from memsvc.dashboard.cursors import packed
from memsvc.operations.consolidate import CLAIM, resume_runs
from tests.api.site import Site
from tests.dashboard.browsing import Tab
from tests.dashboard.deeds import talk
from tests.dashboard.signing_in import enter, post, token_in
from tests.dashboard.story import HOSTILE
from tests.serving.server import Server

TALKS = "/dashboard/agents/talks/consolidation"
OVER_MS = 20_000
NUMBERS = count()


def listed(server: Server, agent: str) -> list[str]:
    answer = server.client.get(f"/v1/agents/{agent}/memories", params={"limit": 100})
    return [one["content"] for one in answer.json()["memories"]]


def test_a_run_is_planned_started_watched_and_rolled_back(tab: Tab, server: Server) -> None:
    talk(server, "talks")
    said = len(listed(server, "talks"))
    tab.open(TALKS)
    assert "No run yet" in tab.text
    tab.page.get_by_role("link", name="What would a run do now?").click()
    assert "Ana lives in Lisbon with their sister." in tab.text
    tab.page.get_by_role("link", name="Look at everything again").click()
    assert "1 summary of a session" in tab.text
    tab.looks(f"{TALKS}/plan?force=yes")
    assert len(listed(server, "talks")) == said
    tab.page.get_by_role("button", name="Start this run").click()
    assert "A run was asked for." in tab.text
    # It comes to its end without the page being loaded.
    tab.page.evaluate("window.stayed = true")
    tab.page.get_by_role("link", name="Roll back").wait_for(timeout=OVER_MS)
    assert tab.page.evaluate("window.stayed")
    assert "1 summary of a session" in tab.text
    made = len(listed(server, "talks")) - said
    assert tab.page.locator(".items > li").count() == made >= 4
    here = tab.path.partition("?")[0]
    tab.looks(here)
    tab.looks(f"{here}/rollback")
    tab.page.get_by_role("link", name="Keep it").click()
    tab.page.get_by_role("link", name="Roll back").click()
    tab.page.get_by_role("button", name="Roll back").click()
    assert "what the run made is erased" in tab.text
    assert len(listed(server, "talks")) == said
    tab.looks(TALKS)
    assert "rolled back" in tab.text


def test_a_run_is_started_from_the_list_and_what_it_makes_is_text(tab: Tab, server: Server) -> None:
    talk(server, "chats")
    tab.open("/dashboard/agents/chats/consolidation")
    tab.page.get_by_role("button", name="Start a run").click()
    tab.page.get_by_role("link", name="Roll back").wait_for(timeout=OVER_MS)
    tab.page.get_by_role("link", name="All runs").click()
    assert "made 3 facts" in tab.text
    tab.open("/dashboard/agents/chats/consolidation/plan?force=yes")
    assert tab.page.locator("main img, main script").count() == 0
    assert HOSTILE[0][:20] in tab.text


# --- Without a browser ---------------------------------------------------------------------------


def ended(site: Site, there: str) -> str:
    """The page of a run once it is over: carried out here, or by the scheduler."""
    page = ""
    for _ in range(500):
        resume_runs(site.runtime)
        page = site.client.get(there).text
        if "every 1s" not in page:
            return page
        time.sleep(0.01)
    raise AssertionError(page)


def started(site: Site, agent: str, content: str) -> str:
    """The page of a run that is done, of what somebody said."""
    site.write({"content": content, "user_id": "ana", "speaker": "Ana"}, agent=agent)
    there = (
        post(site.client, f"/dashboard/agents/{agent}/consolidation")
        .headers["location"]
        .partition("?")[0]
    )
    ended(site, there)
    return str(there)


@pytest.fixture
def entered(site: Site) -> Site:
    enter(site)
    return site


@pytest.fixture
def agent() -> str:
    """An agent of this test alone."""
    return f"own-{next(NUMBERS)}"


@pytest.fixture
def runs(agent: str) -> str:
    return f"/dashboard/agents/{agent}/consolidation"


def test_only_the_last_run_is_rolled_back(entered: Site, agent: str, runs: str) -> None:
    first = started(entered, agent, "I live in Lisbon.")
    entered.clock.advance(timedelta(minutes=1))
    second = started(entered, agent, "I work at Acme.")
    assert "Roll back" not in entered.client.get(first).text
    assert "Roll back" in entered.client.get(second).text
    assert entered.client.get(f"{first}/rollback").status_code == 409
    assert post(entered.client, f"{first}/rollback").status_code == 409
    assert post(entered.client, f"{second}/rollback").status_code == 303
    assert post(entered.client, f"{second}/rollback").status_code == 409
    assert "Roll back" in entered.client.get(first).text


def test_a_run_under_way_is_not_begun_twice_and_its_pages_look_again(
    entered: Site, agent: str, runs: str
) -> None:
    entered.add("I live in Lisbon.", user_id="ana", speaker="Ana", agent=agent)
    with entered.runtime.database.claim(CLAIM) as claimed:  # the scheduler does not begin
        assert claimed
        [there] = {post(entered.client, runs).headers["location"] for _ in range(2)}
        page = entered.client.get(there).text
        assert "It begins within a second" in page
        assert 'hx-trigger="every 1s"' in page
        assert "Roll back" not in page
        second = f"{there.partition('?')[0]}?cursor={packed(25)}"
        assert f'hx-get="{second}"' in entered.client.get(second).text
    ended(entered, there)
    assert "every 1s" not in entered.client.get(runs).text


def test_what_a_run_made_is_listed_in_parts_and_without_what_was_erased(
    entered: Site, agent: str, runs: str
) -> None:
    said = [
        {"content": f"I live in {one}ville.", "user_id": one, "speaker": "Ana"}
        for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    ]
    entered.write(*said, agent=agent)
    there = post(entered.client, runs).headers["location"].partition("?")[0]
    page = ended(entered, there)
    assert page.count("from 1 memory") == 25
    rest = page.partition('rel="next" href="')[2].partition('"')[0]
    assert entered.client.get(rest).text.count("from 1 memory") == 1
    held = entered.page(agent=agent, limit=100)["memories"]
    [fact] = [one["id"] for one in held if one["source_ids"] and "Zville" in one["content"]]
    entered.delete(fact, agent=agent)
    assert 'rel="next"' not in entered.client.get(there).text
    assert entered.client.get(f"{there}?cursor=x").status_code == 422


def test_others_see_and_start_nothing(entered: Site, agent: str, runs: str) -> None:
    there = started(entered, agent, "I live in Lisbon.")
    token = token_in(entered.client.get(runs).text)
    for path in (runs, f"{there}/rollback"):
        assert entered.client.post(path, data={"token": token[::-1]}).status_code == 403
    for who, status in (({"role": Role.VIEWER}, 403), ({"tenant": "other"}, 404)):
        enter(entered, **who)
        for path in (runs, f"{runs}/plan", there, f"{there}/rollback"):
            assert entered.client.get(path).status_code == status
        assert post(entered.client, runs).status_code == status
        assert post(entered.client, f"{there}/rollback").status_code == status
    enter(entered)
    assert entered.client.get(f"{runs}/unknown").status_code == 404
    assert entered.client.get("/dashboard/agents/nobody/consolidation").status_code == 404
    assert "done" in entered.client.get(there).text

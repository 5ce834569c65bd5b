"""The page of disputes: both sides, and who decides."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

import pytest

from memsvc.core.access import Role
from memsvc.core.audit import Action
from memsvc.operations import conflicts
from memsvc.operations.audit import read_audit
from tests.api.site import Site
from tests.dashboard.browsing import Tab
from tests.dashboard.deeds import differ, dispute, office
from tests.dashboard.signing_in import enter, post, token_in
from tests.dashboard.story import IMAGE
from tests.serving.server import Server

NUMBERS = count()
SEEN = re.compile(r'name="seen" value="([^"]*)"')


def statuses(server: Server, agent: str, *ids: str) -> list[str]:
    path = f"/v1/agents/{agent}/memories"
    return [server.client.get(f"{path}/{one}").json()["status"] for one in ids]


def test_both_sides_are_shown_and_one_is_kept(tab: Tab, server: Server) -> None:
    dispute(server, "firm")
    dispute(server, "firm", user_id="cleo")
    differ(server, "firm")
    tab.looks("/dashboard/agents/firm/disputes")
    assert tab.page.locator(".sides").count() == 3
    first = tab.page.locator("#results > section").first
    for told in ("in Porto.", "in Faro.", "believed most", "web", "trusted less"):
        assert told in first.inner_text()
    first.get_by_role("button", name="Keep this one").last.click()
    assert "the others are ended" in tab.text
    assert statuses(server, "firm", "ana-user", "ana-web") == ["superseded", "active"]
    tab.page.get_by_role("button", name="Both may hold").first.click()
    assert "all of them may hold" in tab.text
    assert statuses(server, "firm", "cleo-user", "cleo-web") == ["active", "active"]


def test_they_are_narrowed_down_without_loading_the_page(tab: Tab, server: Server) -> None:
    dispute(server, "shop")
    differ(server, "shop")
    tab.open("/dashboard/agents/shop/disputes")
    tab.page.evaluate("window.stayed = true")
    tab.page.get_by_label("Which").select_option(label="told differently in conversations")
    tab.page.wait_for_url("**/disputes?kind=link")
    assert "My office is in Braga." in tab.text
    assert "Porto" not in tab.text
    assert IMAGE in tab.text
    assert tab.page.evaluate("window.stayed")
    tab.page.get_by_role("button", name="Keep this one").first.click()
    assert "Nothing" not in tab.text
    tab.open("/dashboard/agents/shop/disputes?kind=link")
    assert "None of these" in tab.text


def test_where_nothing_is_disputed_the_page_says_what_would_be(tab: Tab) -> None:
    tab.looks("/dashboard/agents/branch-000/disputes")
    assert "Nothing is disputed" in tab.text


# --- Without a browser ---------------------------------------------------------------------------


@pytest.fixture
def agent() -> str:
    """An agent of this test alone."""
    return f"own-{next(NUMBERS)}"


@pytest.fixture
def page(agent: str) -> str:
    return f"/dashboard/agents/{agent}/disputes"


@pytest.fixture
def fields(site: Site, agent: str) -> dict[str, Any]:
    """Two that contradict each other; the fields of the form that decides."""
    site.write(office("Porto", "mine"), agent=agent)
    site.write(office("Faro", "theirs", "2026-02-01", channel="web"), agent=agent)
    return {"memory_id": "theirs", "seen": ["1 mine", "1 theirs"]}


def status_of(site: Site, agent: str, memory_id: str) -> str:
    """Its status, asked for as the admin."""
    site.client.cookies.clear()
    return str(site.get(memory_id, agent=agent)["status"])


def test_the_form_shows_what_it_decides_about(
    site: Site, agent: str, page: str, fields: dict[str, Any]
) -> None:
    enter(site)
    shown = SEEN.findall(site.client.get(page).text)
    assert set(shown) == set(fields["seen"])


def test_a_decision_is_in_the_audit_log_under_the_key(
    site: Site, agent: str, page: str, fields: dict[str, Any]
) -> None:
    key_id = enter(site, Role.OPERATOR)
    answer = post(site.client, f"{page}/mine/keep", page, **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?done=kept-one")
    entries = read_audit(site.runtime, "default", action=Action.CONFLICT_RESOLVED).entries
    assert entries[-1].record.actor == key_id
    assert status_of(site, agent, "mine") == "superseded"


def test_nobody_decides_about_what_they_have_not_seen(
    site: Site, agent: str, page: str, fields: dict[str, Any]
) -> None:
    site.write(office("Braga", "third", "2026-02-02", channel="web"), agent=agent)
    enter(site)
    for act in ("keep", "both"):
        answer = post(site.client, f"{page}/mine/{act}", page, **fields)
        assert answer.status_code == 412
    assert status_of(site, agent, "mine") == "disputed"


@pytest.mark.parametrize(
    ("change", "status"),
    [({"memory_id": ""}, 422), ({"memory_id": "other"}, 422), ({"seen": ["x mine"]}, 422),
     ({"seen": []}, 412), ({"token": "0" * 32}, 403)],
)  # fmt: skip
def test_what_is_wrong_with_a_decision_is_refused(
    site: Site, agent: str, page: str, fields: dict[str, Any], change: dict[str, Any], status: int
) -> None:
    enter(site)
    token = token_in(site.client.get(page).text)
    answer = site.client.post(f"{page}/mine/keep", data={"token": token} | fields | change)
    assert answer.status_code == status
    assert status_of(site, agent, "theirs") == "disputed"


def test_viewers_and_other_tenants_see_and_decide_nothing(
    site: Site, agent: str, page: str, fields: dict[str, Any]
) -> None:
    for who in ({"role": Role.VIEWER}, {"tenant": "other"}):
        enter(site, **who)
        status = 403 if "role" in who else 404
        assert site.client.get(page).status_code == status
        assert post(site.client, f"{page}/mine/keep", **fields).status_code == status
    assert status_of(site, agent, "theirs") == "disputed"


def test_a_long_list_goes_on(site: Site, agent: str, page: str) -> None:
    for at in range(21):
        site.write(office("Porto", f"a{at}", user_id=f"u{at}"), agent=agent)
        site.write(
            office("Faro", f"b{at}", "2026-02-01", user_id=f"u{at}", channel="web"), agent=agent
        )
    enter(site)
    first = site.client.get(page).text
    more = re.search(r'rel="next" href="([^"]*)"', first)
    assert more is not None
    second = site.client.get(more[1].replace("&amp;", "&")).text
    assert (first.count("statements in dispute"), second.count("statements in dispute")) == (20, 1)
    for cursor in (
        "cursor=x",
        "after=dispute",
        "after=nothing&cursor=AAAAAAAAAAA",
        "cursor=AAAAAAAAAAA",
    ):
        assert site.client.get(f"{page}?{cursor}").status_code == 422, cursor


def test_a_part_without_disputes_leads_on(
    site: Site, agent: str, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conflicts, "EXAMINED", 1)
    for person, day in (("u1", "01"), ("u1", "02"), ("u2", "01"), ("u2", "02")):
        turn = {"content": f"My office is in {'Braga' if day == '01' else 'Faro'}.",
                "id": f"{person}-{day}", "event_time": f"2026-02-{day}T09:00:00Z",
                "session_id": "s1", "user_id": person, "role": "user"}  # fmt: skip
        site.write(turn, agent=agent)
    enter(site)
    seen = ["1 u1-01", "1 u1-02"]
    assert post(site.client, f"{page}/u1-01/both", page, seen=seen).status_code == 303
    first = site.client.get(page).text
    assert "Nothing is disputed" not in first
    assert "None so far" in first
    more = re.search(r'rel="next" href="([^"]*)"', first)
    assert more is not None
    assert "turns that differ" in site.client.get(more[1].replace("&amp;", "&")).text

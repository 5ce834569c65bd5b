"""The list of agents, and the page of one."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from memsvc.core.access import Role
from memsvc.operations import agents as listing
from tests.api.site import Site
from tests.dashboard.browsing import Tab
from tests.dashboard.signing_in import enter


def test_agents_look_well(tab: Tab) -> None:
    tab.looks("/dashboard/agents")
    tab.looks("/dashboard/agents/support")


def test_agents_are_paged_and_found_by_their_id(tab: Tab) -> None:
    tab.open("/dashboard/agents")
    assert tab.page.locator("tbody tr").count() == 50
    tab.page.get_by_role("link", name="More").click()
    assert "support" in tab.text
    tab.page.get_by_label("Id holds").fill("SUPP")
    tab.page.wait_for_url("**named=SUPP")
    assert tab.path == "/dashboard/agents?named=SUPP"
    tab.page.get_by_role("link", name="support").click()
    assert tab.path == "/dashboard/agents/support"


def test_signs_in_an_id_are_no_pattern(site: Site) -> None:
    for agent in ("a_b", "a-b", "a.b"):
        site.add("It rains.", agent=agent)
    enter(site)
    page = site.client.get("/dashboard/agents?named=a_b").text
    assert "/agents/a_b" in page
    assert "/agents/a-b" not in page
    assert "No agent has that" in site.client.get("/dashboard/agents?named=%25").text


def test_settings_are_shown_to_operators(site: Site) -> None:
    site.add("It rains.", agent="set")
    body = {
        "settings": {
            "retention": {"episodic": {"days": 90}},
            "decay": {"semantic": {"policy": "none"}},
        }
    }
    assert site.client.put("/v1/agents/set", json=body).status_code == 200
    enter(site, Role.OPERATOR)
    page = site.client.get("/dashboard/agents/set").text
    assert "erased after 90 days" in page
    assert "fades by <code>none</code>" in page


@pytest.mark.parametrize("agent", ["org:a b", "東京", "a?b#c", "50% off", "a+b&c"])
def test_the_tab_one_is_on_is_marked(site: Site, agent: str) -> None:
    path = f"/dashboard/agents/{quote(agent, safe='')}"
    assert site.client.put(
        f"/v1{path.removeprefix('/dashboard')}", json={"settings": {}}
    ).is_success
    enter(site)
    for step in ("", "/memories", "/disputes", "/handbook", "/consolidation"):
        page = site.client.get(path + step)
        assert page.status_code == 200
        marked = re.findall(r'href="([^"]*)" aria-current="page"', page.text)
        assert marked == ["/dashboard/agents", path + step]


def test_what_fades_soon_is_listed(site: Site) -> None:
    body = {"settings": {"decay": {"episodic": {"policy": "memorybank"}}}}
    assert site.client.put("/v1/agents/short", json=body).status_code == 200
    memory_id = site.add("It rained.", agent="short")
    enter(site)
    page = site.client.get("/dashboard/agents/short").text
    assert f"/memories/{memory_id}" in page
    assert "in 7 days" in page


def test_agents_are_paged_past_ids_of_any_length(own_site: Site) -> None:
    ids = [f"{number:02}" + "x" * 254 for number in range(49)] + ["49" + "y" * 253 + " ", "50"]
    for agent in ids:
        assert own_site.client.put(f"/v1/agents/{agent}", json={"settings": {}}).is_success
    enter(own_site)
    page = own_site.client.get("/dashboard/agents").text
    answer = own_site.client.get(following(page))
    assert answer.status_code == 200
    assert '/agents/50"' in answer.text
    assert "/agents/49" not in answer.text


def test_a_part_without_agents_leads_on(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "AT_ONCE", 2)
    monkeypatch.setattr(listing, "MOST_LOOKED_AT", 2)
    for agent in ("desk-1", "desk-2", "shop-1", "zoo-1"):
        assert own_site.client.put(f"/v1/agents/{agent}", json={"settings": {}}).is_success
    enter(own_site, Role.VIEWER, agents="shop-*")
    for named in ("", "?named=o"):
        page = own_site.client.get(f"/dashboard/agents{named}").text
        if not named:
            assert "None so far" in page
            assert "No agents yet" not in page
            assert "desk" not in page + following(page)
            page = own_site.client.get(following(page)).text
        assert "/agents/shop-1" in page
        page = own_site.client.get(following(page)).text
        assert "No more of them" in page
        assert "To the start" in page
        assert 'rel="next"' not in page


def test_a_place_in_the_list_is_one_that_it_gave(site: Site) -> None:
    enter(site)
    for cursor in ("x", "é", "AAAA", "A" * 64, "A" * 4_000):
        answer = site.client.get("/dashboard/agents", params={"cursor": cursor})
        assert answer.status_code == 422
        assert "cursor: is not one that a list gave" in answer.text


def following(page: str) -> str:
    """The address of the next part."""
    return page.split('rel="next" href="')[1].partition('"')[0].replace("&amp;", "&")

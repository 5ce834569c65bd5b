"""The first page: what is due, and the service in figures."""

from __future__ import annotations

import re
from datetime import timedelta
from types import MappingProxyType

from memsvc.core.access import Role
from memsvc.dashboard.words import ago, counted, plain, share, size, span
from memsvc.operations.activity import write_gathered
from tests.api.site import NOW, Site
from tests.dashboard.browsing import Tab
from tests.dashboard.signing_in import enter


def test_the_overview_looks_well(tab: Tab) -> None:
    tab.looks("/dashboard")


def test_charts_are_drawn_again_for_another_span_and_in_the_dark(tab: Tab) -> None:
    tab.open("/dashboard")
    tab.page.get_by_role("link", name="last 24 hours").click()
    assert tab.path == "/dashboard?span=day"
    tab.wait_until_drawn()
    canvas = tab.page.locator(".chart canvas").first
    light = canvas.evaluate("canvas => canvas.toDataURL()")
    tab.page.emulate_media(color_scheme="dark")
    tab.wait_until_drawn("dark")
    assert canvas.evaluate("canvas => canvas.toDataURL()") != light


def test_figures_are_those_of_the_api(site: Site) -> None:
    site.add("Ana lives in Porto.", agent="counted", kind="semantic")
    site.add("Ana lives in Porto, they say.", agent="counted")
    for _ in range(3):
        site.search("Where does Ana live?", agent="counted", mode="auto")
    write_gathered(site.runtime)
    told = site.client.get("/v1/stats").json()
    enter(site)
    page = site.client.get("/dashboard").text

    def figure(name: str) -> str:
        found = re.search(rf"<dt>{name}</dt>\s*<dd>(?:<a [^>]*>)?([^<]*)", page)
        assert found is not None, name
        return found[1]

    assert figure("Memories") == str(told["memories"])
    assert figure("Agents") == str(told["agents"])
    assert figure("Searches in 24 h") == str(told["recall"]["searches"])
    assert figure("Sealing") == "shred"


def test_what_is_overdue_comes_first(own_site: Site) -> None:
    own_site.add("Carol likes plums.", user_id="carol")
    order = {"subject_ids": ["carol"], "regulation": "gdpr", "mode": "two_phase"}
    made = own_site.client.post("/v1/forget-requests", json=order)
    assert made.status_code == 202, made.text
    enter(own_site)
    page = own_site.client.get("/dashboard").text
    assert "1 forget request is open" in page
    own_site.clock.advance(timedelta(days=40))
    enter(own_site)
    page = own_site.client.get("/dashboard").text
    assert "1 overdue" in page
    assert page.index("1 overdue") < page.index("<dt>Agents</dt>")
    assert f"/dashboard/forget/requests/{made.json()['id']}" in page
    enter(own_site, Role.VIEWER)
    page = own_site.client.get("/dashboard").text
    assert "overdue" not in page
    assert "forget request" not in page.lower()
    assert "/dashboard/forget" not in page


def test_an_empty_service_says_how_to_begin(own_site: Site) -> None:
    enter(own_site)
    assert "Nothing is remembered yet" in own_site.client.get("/dashboard").text
    assert "No agents yet" in own_site.client.get("/dashboard/agents").text


def test_a_viewer_with_a_pattern_is_told_of_its_agents_alone(site: Site) -> None:
    site.add("It rains.", agent="north-1")
    site.add("It snows.", agent="south-1")
    enter(site, Role.VIEWER, agents="north-*")
    page = site.client.get("/dashboard").text
    assert re.search(r"<dt>Agents</dt>\s*<dd><a [^>]*>1</a>", page)
    assert "forget request" not in page


def test_tenants_are_counted_apart(site: Site) -> None:
    site.add("It rains.")
    enter(site, tenant="empty-one")
    page = site.client.get("/dashboard").text
    assert re.search(r"<dt>Agents</dt>\s*<dd><a [^>]*>0</a>", page)


def test_a_wrong_span_is_told(site: Site) -> None:
    enter(site)
    assert site.client.get("/dashboard?span=century").status_code == 422


def test_words_are_those_of_people() -> None:
    assert counted(1, "agent") == "1 agent"
    assert counted(1234, "index", "indexes") == "1,234 indexes"
    assert [size(one) for one in (0, 1023, 1024, 5 * 2**30)] == [
        "0 B", "1,023 B", "1.0 KiB", "5.0 GiB",
    ]  # fmt: skip
    assert (share(0.126), share(None)) == ("13%", "\N{EN DASH}")
    assert [span(one) for one in (3, 90, 7200, 3 * 86400, 800 * 86400)] == [
        "3 s", "2 min", "2 h", "3 days", "2 years",
    ]  # fmt: skip
    assert plain("a") == "a"
    assert plain({"a": [1, None, MappingProxyType({"b": True})]}) == '{"a":[1,null,{"b":true}]}'
    assert ago(NOW, NOW) == "just now"
    assert ago(NOW, NOW + timedelta(hours=3)) == "3 h ago"
    assert ago(NOW + timedelta(days=9), NOW) == "in 9 days"

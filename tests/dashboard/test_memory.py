"""The page of one memory: what it shows, and what is done from it."""

from __future__ import annotations

from memsvc.core.access import Role
from memsvc.core.audit import Action
from memsvc.operations.audit import read_audit
from tests.api.site import Site
from tests.dashboard.browsing import Tab
from tests.dashboard.signing_in import enter, post
from tests.dashboard.story import HOSTILE, IMAGE, write
from tests.serving.server import Server

MEMORIES = "/dashboard/agents/support/memories"
PATH = "/dashboard/agents/a1/memories"


def test_a_memory_looks_well(tab: Tab) -> None:
    tab.looks(f"{MEMORIES}/gist")
    tab.looks(f"{MEMORIES}/gist/erase")


def test_what_it_says_is_text_whatever_it_says(tab: Tab) -> None:
    for number, content in enumerate(HOSTILE):
        tab.open(f"{MEMORIES}/hostile-{number}")
        assert tab.page.inner_text(".whole") == content
        assert tab.page.locator(".whole *").count() == 0


def test_so_are_all_its_fields(tab: Tab) -> None:
    for path in (f"{MEMORIES}/hostile-all", f"{MEMORIES}/hostile-all/erase"):
        tab.open(path)
        assert tab.page.locator("main img, main script").count() == 0
    tab.open(f"{MEMORIES}/hostile-all")
    assert tab.text.count(IMAGE) >= 4
    tab.open(f"{MEMORIES}?kind=episodic")
    tab.page.get_by_label("Search").fill("alert")
    tab.page.get_by_role("button", name="Show").click()
    tab.page.locator(".hits").wait_for()
    assert tab.page.locator("main img, main script").count() == 0
    tab.page.locator("#results").get_by_role("button", name=IMAGE, exact=True).first.click()
    assert tab.page.get_by_label("Person").input_value() == IMAGE
    assert tab.page.locator("#results li").count() == 1


def test_all_of_it_is_shown(tab: Tab) -> None:
    tab.open(f"{MEMORIES}/trip")
    assert "Ana came back from Rome on Monday." in tab.text
    assert "Ana came back from Rome on Sunday." in tab.text  # as it was
    assert "travel" in tab.text
    assert "rank" in tab.text
    assert "version 1" in tab.text
    derived = tab.page.locator(".tree .tree")
    assert "Offer Ana trains" in derived.inner_text()  # through what lies between


def test_a_deep_lineage_fits_a_phone(tab: Tab, server: Server) -> None:
    write(server, {"id": "l0", "content": "It rains."}, agent="deep")
    for at in range(1, 20):
        draft = {"id": f"l{at}", "content": f"It rains, told {at} times over again, they say.",
                 "kind": "semantic", "source_ids": [f"l{at - 1}"]}  # fmt: skip
        write(server, draft, agent="deep")
    tab.looks("/dashboard/agents/deep/memories/l19")
    assert tab.page.locator(".tree").count() == 19
    tab.looks("/dashboard/agents/deep/memories/l0")


def test_what_ended_what_is_told(tab: Tab) -> None:
    tab.open(f"{MEMORIES}/home")
    assert "A newer memory ended it" in tab.text
    tab.page.get_by_role("link", name="Ana lives in Lisbon.").click()
    assert tab.path == f"{MEMORIES}/moved"
    assert "Ana lives in Porto." in tab.text


def test_the_curve_is_drawn_from_its_table(tab: Tab) -> None:
    tab.open(f"{MEMORIES}/tea")
    tab.wait_until_drawn()
    size = tab.page.locator(".chart canvas").bounding_box()
    assert size is not None
    assert size["width"] > 300
    painted = """canvas => new Uint32Array(canvas.getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height).data.buffer).some(one => one)"""
    assert tab.page.locator(".chart canvas").evaluate(painted)
    tab.page.get_by_text("Figures", exact=True).last.click()
    rows = tab.page.locator(".chart tbody tr")
    assert rows.count() >= 60
    used = tab.page.locator(".chart tbody td:last-child:not([data-value=''])")
    assert used.count() >= 2  # a use, and a confirmation
    assert "fades below 20% on" in tab.text


def test_it_is_pinned_archived_and_erased(tab: Tab) -> None:
    tab.open(f"{MEMORIES}/box")
    tab.page.get_by_role("button", name="Unarchive").click()
    assert "Active again" in tab.text
    tab.page.get_by_role("button", name="Pin", exact=True).click()
    assert "Pinned: it does not fade." in tab.text
    tab.page.get_by_role("button", name="Unpin").click()
    tab.page.get_by_role("button", name="Archive", exact=True).click()
    assert "Archived" in tab.text
    tab.page.get_by_role("link", name="Erase").click()
    assert "cannot be undone" in tab.text
    tab.page.get_by_role("link", name="Keep it").click()
    tab.page.get_by_role("link", name="Erase").click()
    tab.page.get_by_role("button", name="Erase for good").click()
    assert "Erased, with what was derived from it alone." in tab.text
    assert tab.page.request.get(f"{tab.base}{MEMORIES}/box").status == 404


def test_an_erasure_lands_in_the_audit_log_under_the_key(site: Site) -> None:
    memory_id = site.add("Something to erase.")
    key_id = enter(site, Role.OPERATOR)
    answer = post(site.client, f"{PATH}/{memory_id}/erase", f"{PATH}/{memory_id}/erase")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?done=erased")
    last = read_audit(site.runtime, "default", action=Action.MEMORY_ERASED).entries[-1].record
    assert (last.actor, last.target) == (key_id, memory_id)


def test_it_is_told_what_stands_again_before_it_is_erased(site: Site) -> None:
    lives = {"kind": "semantic", "user_id": "ana"}
    first = site.add("Ana lives in Porto.", **lives)
    second = site.add("Ana lives in Lisbon.", **lives)
    third = site.add("Ana lives in Faro.", **lives)
    enter(site)
    ended = {one: site.client.get(f"{PATH}/{one}/erase").text for one in (first, second, third)}
    assert "stands again" not in ended[first]
    assert f'href="{PATH}/{first}"' in ended[second]
    assert "What it had ended stands again, unless another memory ends it as well" in ended[third]
    assert f'href="{PATH}/{second}"' in ended[third]
    assert f'href="{PATH}/{first}"' not in ended[third]  # which the second one ended
    site.delete(third)
    assert site.get(second)["status"] == "active"
    assert site.get(first)["status"] == "superseded"


def test_what_is_erased_with_it_does_not_stand_again(site: Site) -> None:
    lives = {"kind": "semantic", "user_id": "ana"}
    source = site.add("Ana lives in Lisbon.", **lives, valid_from="2026-02-01T00:00:00Z")
    derived = site.add(
        "Ana lives in Porto.",
        **lives,
        valid_from="2026-01-01T00:00:00Z",
        source_ids=[source],
    )
    assert site.get(derived)["superseded_by"] == source
    enter(site)
    page = site.client.get(f"{PATH}/{source}/erase").text
    assert page.count(f'href="{PATH}/{derived}"') == 1
    assert "stands again" not in page


def test_nobody_changes_what_they_have_not_seen(site: Site) -> None:
    memory_id = site.add("As it was.")
    site.patch(memory_id, content="As it is.")
    enter(site)
    for act in ("archive", "erase", "pin"):
        answer = post(site.client, f"{PATH}/{memory_id}/{act}", version="1", pinned="yes")
        assert answer.status_code == 412
        assert "Somebody changed it meanwhile" in answer.text
    assert site.get(memory_id)["status"] == "active"


def test_a_version_that_is_no_number_is_refused(site: Site) -> None:
    memory_id = site.add("Still there.")
    enter(site)
    for version in ("x", "-1", "9" * 30, "\N{FULLWIDTH DIGIT ONE}"):
        answer = post(site.client, f"{PATH}/{memory_id}/erase", version=version)
        assert answer.status_code == 422
    assert site.get(memory_id)["content"] == "Still there."


def test_a_quarantined_memory_is_released(site: Site) -> None:
    memory_id = site.add("From a page of the web.", channel="web")
    marked = site.client.post("/v1/agents/a1/marked-sources", json={"channel": "web"})
    assert marked.is_success, marked.text
    enter(site, Role.OPERATOR)
    page = f"{PATH}/{memory_id}"
    assert "no search finds it" in site.client.get(page).text
    assert post(site.client, f"{page}/activate", page, version="1").status_code == 303
    assert site.get(memory_id)["status"] == "active"


def test_unknown_memories_are_not_found(site: Site) -> None:
    site.add("There is an agent.")
    enter(site)
    for path in ("nothing", "a%2Fb", "%00", "%20", "x" * 300):
        assert site.client.get(f"{PATH}/{path}").status_code == 404, path

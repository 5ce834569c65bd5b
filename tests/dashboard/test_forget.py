"""The forget console: composed, previewed, ordered, watched, decided, proven."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from memsvc.core.access import Role
from memsvc.operations.forgetting.read import get_request
from tests.api.site import ADMIN_KEY, Site
from tests.dashboard.browsing import Tab
from tests.dashboard.signing_in import enter, fields_in, post, token_in
from tests.serving.server import Server

CLOSED_MS = 30_000


def told(server: Server, agent: str, *drafts: dict[str, Any]) -> None:
    answer = server.client.post(f"/v1/agents/{agent}/memories", json={"memories": list(drafts)})
    assert answer.status_code == 201, answer.text


def called(server: Server, subject_id: str, name: str) -> None:
    body = {"subject_id": subject_id, "names": [name]}
    answer = server.client.post("/v1/subjects/aliases", json=body)
    assert answer.is_success, answer.text


def ordered(server: Server, **body: Any) -> None:
    answer = server.client.post("/v1/forget-requests", json=body)
    assert answer.status_code == 202, answer.text


def press(tab: Tab, name: str) -> None:
    tab.page.get_by_role("button", name=name, exact=True).click()


# --- In the browser ------------------------------------------------------------------------------


def test_a_person_is_forgotten_from_the_form_to_the_receipt(
    tab: Tab, server: Server, tmp_path: Path
) -> None:
    told(
        server,
        "console",
        {"content": "Dora Quill lives in Faro.", "user_id": "dora"},
        {"content": "Dora Quill plays the oboe.", "user_id": "dora"},
        {"content": "I met Dora Quill at the station.", "user_id": "emil"},
    )
    called(server, "dora", "Dora Quill")
    tab.open("/dashboard/forget")
    tab.page.get_by_role("link", name="New request").click()
    tab.page.get_by_label("People one identity").fill("dora")
    tab.page.get_by_label("Reason").fill("Asked by mail.")
    press(tab, "Preview")
    assert "Nothing is done yet" in tab.text
    assert "I met Dora Quill at the station." in tab.text
    tab.page.get_by_label("What becomes of it").select_option(label="take the name out")
    press(tab, "Order it: erase for good")
    assert "Ordered." in tab.text
    # The steps come by themselves, without loading the page.
    tab.page.get_by_role("link", name="Download the signed receipt").wait_for(timeout=CLOSED_MS)
    assert "Done and proven" in tab.text
    assert tab.page.locator(".steps .done").count() == 11
    assert "dora" not in tab.page.content().lower()
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="Download the signed receipt").click()
    receipt = tmp_path / "receipt.json"
    download.value.save_as(receipt)
    verified = subprocess.run(
        [sys.executable, "-m", "memsvc", "verify-receipt", str(receipt)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stderr
    signed = json.loads(receipt.read_text("utf-8"))["receipt"]
    assert signed["counts"]["memories"] == 2
    left = server.client.get("/v1/agents/console/memories").json()["memories"]
    assert [one["user_id"] for one in left] == ["emil"]
    assert "Dora" not in left[0]["content"]


def test_a_memory_of_others_is_read_whole_before_it_is_decided_about(
    tab: Tab, server: Server
) -> None:
    told(
        server, "whole", {"id": "w1", "user_id": "rolf", "content": "Nora Vale came. We ate soup."}
    )
    called(server, "nora", "Nora Vale")
    tab.open("/dashboard/forget/new")
    tab.page.get_by_label("People one identity").fill("nora")
    press(tab, "Preview")
    chosen = tab.page.get_by_label("What becomes of it")
    chosen.select_option(label="take the name out")
    with tab.page.expect_popup() as opened:
        tab.page.get_by_role("link", name="whole · w1").click()
    assert "We ate soup." in opened.value.inner_text("main")
    opened.value.close()
    assert "redact" in chosen.input_value()


def test_what_was_typed_is_kept_when_something_is_wrong(tab: Tab) -> None:
    tab.open("/dashboard/forget/new")
    tab.page.get_by_label("Single memories of an agent").check()
    tab.page.get_by_label("Reason").fill("Typed with care.")
    press(tab, "Preview")
    assert "memory_ids: give one id at least" in tab.text
    assert tab.page.get_by_label("Reason").input_value() == "Typed with care."
    assert tab.page.get_by_label("Single memories of an agent").is_checked()
    # The answer of 422 is one the browser reports.
    assert all("422" in one for one in tab.complaints)
    tab.complaints.clear()


def test_a_request_in_plain_words_becomes_an_order_that_waits_to_be_confirmed(
    tab: Tab, server: Server
) -> None:
    told(server, "plain", {"content": "Fred grows leeks.", "user_id": "fred@example.org"})
    tab.open("/dashboard/forget/new")
    tab.page.get_by_role("textbox", name="The request", exact=True).fill(
        "Please delete everything about fred@example.org."
    )
    press(tab, "Read it")
    assert "Fred grows leeks." in tab.text
    press(tab, "Preview the order")
    press(tab, "File it, to be confirmed")
    assert "It waits to be confirmed" in tab.text
    assert len(server.client.get("/v1/agents/plain/memories").json()["memories"]) == 1
    press(tab, "Confirm: carry it out")
    tab.page.get_by_role("link", name="Download the signed receipt").wait_for(timeout=CLOSED_MS)
    assert server.client.get("/v1/agents/plain/memories").json()["memories"] == []


def test_a_request_is_held_with_a_reason_and_released_and_called_off(
    tab: Tab, server: Server
) -> None:
    told(server, "held", {"content": "Gus keeps bees.", "user_id": "gus"})
    ordered(server, id="held-1", subject_ids=["gus"], mode="two_phase")
    tab.open("/dashboard/forget/requests/held-1")
    tab.page.get_by_text("Hold: a legal claim needs it kept").click()
    tab.page.locator("#why-hold").fill("A lawsuit.")
    press(tab, "Hold")
    assert "kept until it is released" in tab.text
    assert server.client.get("/v1/agents/held/memories").json()["memories"] == []
    press(tab, "Release")
    press(tab, "Call it off")
    assert "Called off" in tab.text
    assert len(server.client.get("/v1/agents/held/memories").json()["memories"]) == 1


def test_what_is_typed_about_a_request_stays_while_its_page_asks_anew(
    tab: Tab, server: Server
) -> None:
    told(server, "kept", {"content": "Hal keeps geese.", "user_id": "hal"})
    ordered(server, id="kept-1", subject_ids=["hal"], mode="two_phase")
    assert server.client.post("/v1/forget-requests/kept-1/hold", json={}).is_success
    ordered(server, id="kept-2", subject_ids=["hal"])  # waits for the other one
    here = "/dashboard/forget/requests/kept-2"
    tab.open(here)
    tab.page.get_by_text("Extend: take the longer time").click()
    reason = tab.page.locator("#why-extend")
    reason.type("It is")
    for _ in range(2):
        with tab.page.expect_response(lambda answer: answer.url.endswith(here)):
            pass
        tab.page.wait_for_timeout(150)
        reason.press("x")
    tab.page.keyboard.type("y")  # to where the focus is
    assert reason.input_value() == "It isxxy"
    assert tab.page.locator("#decide-extend").get_attribute("open") is not None
    press(tab, "Extend")
    assert "Extended: the longer time" in tab.text
    # What may be decided changes all the same: it was extended, and cannot be again.
    assert tab.page.locator("#why-extend").count() == 0
    assert server.client.post("/v1/forget-requests/kept-1/release", json={}).is_success
    assert server.client.post("/v1/forget-requests/kept-1/cancel", json={}).is_success
    tab.page.get_by_role("link", name="Download the signed receipt").wait_for(timeout=CLOSED_MS)
    assert tab.page.get_by_role("heading", name="Decide").count() == 0


def test_the_console_is_good_to_look_at(tab: Tab, server: Server) -> None:
    ordered(server, id="looked-at", subject_ids=["hugo"], mode="two_phase")
    for path in ("", "/new", "/requests/looked-at"):
        tab.looks(f"/dashboard/forget{path}")


def test_the_preview_is_good_to_look_at_and_its_order_can_be_changed(
    tab: Tab, server: Server
) -> None:
    hostile = "<script>alert(1)</script> Ines Brook came late"
    told(server, "seen", {"content": "Tea at six.", "user_id": "ines"})
    told(server, "seen", {"content": hostile, "user_id": "jon"})
    called(server, "ines", "Ines Brook")
    tab.open("/dashboard/forget/new")
    tab.page.get_by_label("People one identity").fill("ines")
    press(tab, "Preview")
    assert "Ines Brook came late" in tab.text
    assert tab.violations() == []
    press(tab, "Change it")
    assert tab.page.get_by_label("People one identity").input_value() == "ines"


def test_what_was_chosen_is_good_to_look_at_and_is_decided_about_by_keyboard(
    tab: Tab, server: Server
) -> None:
    long = "an-agent-of-a-long-name-" * 3
    told(server, long, {"id": "i" * 100, "content": "Ivo Marsh sang.", "user_id": "jon"})
    called(server, "ivo", "Ivo Marsh")
    tab.open("/dashboard/forget/new")
    tab.page.get_by_role("textbox", name="The request", exact=True).fill("Forget it.")
    press(tab, "Read it")
    assert "it is a turn of phrase rather than an order" in tab.text
    tab.looks_as_it_stands()
    press(tab, "Compose it by hand")
    tab.page.get_by_label("People one identity").fill("ivo")
    press(tab, "Preview")
    tab.page.get_by_label("What becomes of it").select_option(label="erase it")
    press(tab, "Count again")
    assert tab.page.get_by_label("What becomes of it").input_value().startswith("erase ")
    tab.looks_as_it_stands()
    tab.page.get_by_label("What becomes of it").focus()
    for _ in range(2):
        tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.textContent") == "Count again"
    press(tab, "Change it")
    assert "1 memory was chosen one by one" in tab.text
    tab.looks_as_it_stands()


# --- Without a browser ---------------------------------------------------------------------------

NEW = "/dashboard/forget/new"


@pytest.fixture
def entered(site: Site) -> Site:
    enter(site)
    return site


def test_identities_stand_in_no_address_and_in_no_log(
    own_site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    own_site.add("Kim keeps owls.", agent="desk-of-kim", user_id="kim-secret")
    enter(own_site)
    order = {"what": "people", "subject_ids": "kim-secret", "agent_id": "desk-of-kim"}
    asked = {"words": "Delete everything about kim-secret.", "in_agent": "desk-of-kim"}
    search = {"q": "owls-secret", "user_id": "kim-secret"}
    capfd.readouterr()
    for path, fields in (
        ("/dashboard/forget/words", asked),
        ("/dashboard/forget/preview", order),
        ("/dashboard/forget/order", order),
        ("/dashboard/agents/desk-of-kim/memories", search),
    ):
        answer = post(own_site.client, path, page=NEW, **fields)
        assert answer.status_code in (200, 303), path
        assert "kim" not in answer.headers.get("location", "")
        assert answer.headers["cache-control"] == "no-store"
    out, err = capfd.readouterr()
    posts = [one for one in out.splitlines() if "POST" in one]
    assert re.findall(r"/dashboard/[\w/{}]*", "\n".join(posts)) == [
        "/dashboard/forget/words",
        "/dashboard/forget/preview",
        "/dashboard/forget/order",
        "/dashboard/agents/{agent_id}/memories",
    ]
    assert not re.search("kim|owls", out + err)


def test_whose_a_mention_is_is_not_claimed_where_nobody_knows(site: Site) -> None:
    names = {"subject_id": "ida", "names": ["Ida Moor"]}
    answer = site.client.post("/v1/subjects/aliases", json=names)
    assert answer.is_success, answer.text
    site.add("Ida Moor was at the fair.", id="known", user_id="jack")
    enter(site)
    order = {"page": NEW, "what": "people", "subject_ids": "ida"}
    page = post(site.client, "/dashboard/forget/preview", **order).text
    assert "They came from somebody else, so they stay" in page
    assert "from jack" in page
    site.client.cookies.clear()
    site.add("Ida Moor won a goose.", id="unknown")
    enter(site)
    page = post(site.client, "/dashboard/forget/preview", **order).text
    assert "They are not marked as theirs, so they stay" in page
    assert "They came from somebody else" not in page
    assert "marked as nobody&#39;s" in page
    assert 'href="/dashboard/agents/a1/memories/unknown"' in page


def test_an_order_is_in_the_audit_log_under_the_key_that_gave_it(site: Site) -> None:
    key_id = enter(site)
    post(
        site.client,
        "/dashboard/forget/order",
        page=NEW,
        what="people",
        subject_ids="lea",
        id="au-1",
    )
    site.client.cookies.clear()
    told = site.client.get("/v1/audit", headers={"Authorization": f"Bearer {ADMIN_KEY}"}).json()
    actors = {one["actor"] for one in told["records"] if one["target"] == "au-1"}
    assert key_id in actors


@pytest.mark.parametrize("path", ["", "/new", "/requests/x", "/requests/x/receipt"])
def test_a_viewer_sees_nothing_of_it(site: Site, path: str) -> None:
    enter(site, Role.VIEWER)
    assert site.client.get(f"/dashboard/forget{path}").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["new", "words", "preview", "order", "requests/mine/confirm", "requests/mine/reject"],
)
def test_nothing_is_done_without_the_token_of_the_session(entered: Site, path: str) -> None:
    token = token_in(entered.client.get(NEW).text)
    fields = {"what": "people", "subject_ids": "mo", "reason": "r"}
    for given in ({}, {"token": token[::-1]}):
        answer = entered.client.post(f"/dashboard/forget/{path}", data=fields | given)
        assert answer.status_code == 403


def test_another_tenants_request_is_not_there(site: Site) -> None:
    enter(site, tenant="other")
    post(
        site.client, "/dashboard/forget/order", page=NEW, what="people", subject_ids="ned", id="o-1"
    )
    assert site.client.get("/dashboard/forget/requests/o-1").status_code == 200
    enter(site)
    for path in ("", "/receipt"):
        assert site.client.get(f"/dashboard/forget/requests/o-1{path}").status_code == 404
    answer = post(site.client, "/dashboard/forget/requests/o-1/cancel", page=NEW)
    assert answer.status_code == 404
    assert "o-1" not in site.client.get("/dashboard/forget").text


def test_what_cannot_be_decided_any_more_is_refused_with_a_page(entered: Site) -> None:
    post(entered.client, "/dashboard/forget/order", page=NEW, what="people", subject_ids="olga",
         id="late", mode="two_phase")  # fmt: skip
    again = "/dashboard/forget/requests/late"
    assert post(entered.client, f"{again}/cancel", page=NEW).status_code == 303
    assert post(entered.client, f"{again}/confirm", page=NEW).status_code == 409
    assert post(entered.client, f"{again}/melt", page=NEW).status_code == 404


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"what": "people"}, "subject_ids"),
        ({"what": "memories", "agent_id": "a"}, "memory_ids"),
        ({"what": "memories", "memory_ids": "m"}, "agent_id"),
        ({"what": "sessions", "agent_id": "a"}, "session_ids"),
        ({"what": "agent"}, "agent_id"),
        ({"what": "sessions", "agent_id": "a", "since": "2026-02-02T00:00",
          "until": "2026-02-01T00:00"}, "until"),
        ({"what": "people", "subject_ids": "p", "since": "soon", "agent_id": "a"}, "since"),
        ({"what": "people", "subject_ids": "p\x00"}, "subject_ids"),
        ({"what": "all"}, "what"),
        ({"what": "people", "subject_ids": "pat", "id": "req-pat"}, "id"),
        ({"what": "people", "subject_ids": "pat", "id": "a/b"}, "id"),
        ({"what": "people", "subject_ids": "pat", "id": "a b"}, "id"),
        ({"what": "people", "subject_ids": "pat", "id": 'a"; x="'}, "id"),
        ({"what": "people", "subject_ids": "pat", "id": "é"}, "id"),
        ({"what": "people", "subject_ids": "pat", "id": "a\nb"}, "id"),
        ({"what": "people", "subject_ids": "pat", "id": ".."}, "id"),
        ({"what": "people", "subject_ids": "pat", "id": "."}, "id"),
        ({"what": "sessions", "agent_id": "a", "since": "0001-01-01T00:00+14:00"}, "since"),
        ({"what": "sessions", "agent_id": "a", "until": "9999-12-31T23:59-14:00"}, "until"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_order_is_named(
    entered: Site, fields: dict[str, str], reason: str
) -> None:
    answer = post(entered.client, "/dashboard/forget/order", page=NEW, **fields)
    assert answer.status_code == 422
    assert f"{reason}: " in answer.text


def counted(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]*)</dt>\s*<dd>([0-9,]+)", page))


def test_what_was_chosen_in_a_preview_is_what_is_counted_and_done(entered: Site) -> None:
    for content, user_id, memory_id in (
        ("Tea at six.", "rosa", "own"),
        ("I met Rosa Stone at the station.", "tom", "met"),
        ("Rosa Stone bought a boat.", "tom", "boat"),
    ):
        entered.add(content, agent="picked", user_id=user_id, id=memory_id)
    entered.add("The harbour closes at nine.", agent="picked", user_id="tom", id="beside")
    names = {"subject_id": "rosa", "names": ["Rosa Stone"]}
    assert entered.client.post("/v1/subjects/aliases", json=names).is_success
    order, preview = "/dashboard/forget/order", "/dashboard/forget/preview"
    # One that is listed, and one that no list of mentions has.
    picked = ["erase met picked", "erase beside picked"]
    fields = {"what": "people", "subject_ids": "rosa", "id": "picked-1"}
    seen = post(entered.client, preview, page=NEW, **fields, chosen=picked).text
    assert counted(seen)["Memories erased"] == "3"
    assert "I met Rosa Stone" in seen
    changed = entered.client.post(NEW, data=fields_in(seen, order)).text
    seen = entered.client.post(preview, data=fields_in(changed, preview)).text
    assert counted(seen)["Memories erased"] == "3"
    sent = fields_in(seen, order)
    assert sorted(filter(None, sent["chosen"])) == sorted(picked)
    assert entered.client.post(order, data=sent).status_code == 303
    row = get_request(entered.runtime, "default", "picked-1")
    assert row.progress["counts"]["memories"] == 3
    left = entered.client.get("/v1/agents/picked/memories").json()["memories"]
    assert [one["id"] for one in left] == ["boat"]


def test_ids_in_an_order_are_taken_to_the_letter(entered: Site) -> None:
    for agent in ("same", " same "):
        for user_id in ("una", " una ", "vic\u2028wim", "vic", "xan\x85"):
            entered.add(f"Tea for {user_id.strip()}.", agent=agent, user_id=user_id)

    def erased(**fields: str) -> int:
        answer = post(entered.client, "/dashboard/forget/preview", page=NEW, **fields)
        return int(counted(answer.text)["Memories erased"])

    people = {"what": "people", "agent_id": " same "}
    assert erased(**people, subject_ids=" una ") == 1
    assert erased(**people, subject_ids="vic\u2028wim\r\n\r\n \nxan\x85") == 2
    assert erased(what="agent", agent_id=" same ") == 5
    assert erased(what="agent", agent_id="same  ") == 0
    order = {**people, "subject_ids": " una ", "id": "letter-1"}
    assert post(entered.client, "/dashboard/forget/order", page=NEW, **order).status_code == 303
    for agent, left in (("same", 5), ("%20same%20", 4)):
        listed = entered.client.get(f"/v1/agents/{agent}/memories").json()["memories"]
        assert len(listed) == left

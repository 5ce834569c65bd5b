"""What a page is allowed, where a change may come from, and what content can do."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from starlette.testclient import TestClient

from memsvc.app import create_app
from memsvc.clock import FixedClock
from memsvc.core.access import Role
from memsvc.dashboard.security import POLICY
from memsvc.wiring import build_runtime
from tests.api.site import ADMIN_KEY, NOW, Site, settings_in
from tests.dashboard.signing_in import enter, post, token_in

TEMPLATES = Path(__file__).parents[2] / "memsvc" / "dashboard" / "templates"
PAGES = ("/dashboard", "/dashboard/login", "/dashboard/nowhere")


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app without authentication, on a loopback address."""
    settings = settings_in(tmp_path_factory.mktemp("open"), auth=False)
    runtime = build_runtime(settings, lambda _line: None, clock=FixedClock(NOW))
    with TestClient(
        create_app(settings, build=lambda: runtime),
        base_url="http://127.0.0.1:8080",
        follow_redirects=False,
    ) as client:
        yield Site(client, runtime, FixedClock(NOW))


@pytest.mark.parametrize("path", ["/v1/agents/a1/memories", "/v1/stats"])
def test_without_keys_a_foreign_name_gets_nothing_of_the_api(open_site: Site, path: str) -> None:
    foreign = open_site.client.get(path, headers={"Host": "evil.example"})
    own = open_site.client.get(path, headers={"Host": "localhost:8080"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_host")
    assert own.status_code in (200, 404)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_policy(site: Site, path: str) -> None:
    for _ in range(2):
        answer = site.client.get(path)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        enter(site)


def test_no_template_holds_a_script_or_a_style_of_its_own() -> None:
    templates = sorted(TEMPLATES.glob("*.html"))
    assert templates
    for path in templates:
        text = path.read_text(encoding="utf-8")
        assert "style=" not in text, path
        assert "<style" not in text, path
        assert "|safe" not in text, path
        assert "hx-on" not in text, path
        assert " onclick" not in text, path
        for script in text.split("<script")[1:]:
            assert script.startswith(' src="{{ asset('), path


def test_no_form_is_sent_when_a_field_of_text_is_left_and_again_by_its_button() -> None:
    looked_at = 0
    for path in sorted(TEMPLATES.glob("*.html")):
        for rest in path.read_text(encoding="utf-8").split("<form")[1:]:
            form = rest.partition("</form>")[0]
            looked_at += 'hx-trigger="' in form
            if re.search(r'hx-trigger="[^"]*\bchange(,|")', form):
                assert not re.findall(r'<input(?! type="(?:hidden|radio|checkbox)")', form), path
    assert looked_at >= 5


def test_assets_are_ours_and_lasting(site: Site) -> None:
    page = site.client.get("/dashboard/login").text
    for quoted in page.split('="')[1:]:
        address = quoted.partition('"')[0]
        if "/static/" in address:
            answer = site.client.get(address)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert not address.startswith(("http:", "https:", "//"))
    assert site.client.get("/dashboard/static/%2e%2e/render.py").status_code == 404
    assert site.client.get("/dashboard/static/base.css").headers["cache-control"] == "no-cache"


def test_a_form_needs_the_token_of_its_own_session(site: Site) -> None:
    enter(site)
    ours = token_in(site.client.get("/dashboard").text)
    site.client.cookies.clear()
    enter(site)
    theirs = token_in(site.client.get("/dashboard").text)
    assert ours != theirs
    for fields in ({"x": "y"}, {"token": ""}, {"token": ours}, {"token": "é" * 32}):
        answer = site.client.post("/dashboard/logout", data=fields)
        assert answer.status_code == 403, fields
        assert "another session" in answer.text
        assert "<h1>The form is out of date</h1>" in answer.text
    assert site.client.post("/dashboard/logout", data={"token": theirs}).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": ""},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin, cross-site"},
    ],
)
def test_a_change_from_another_origin_is_refused(site: Site, headers: dict[str, str]) -> None:
    page = site.client.get("/dashboard/login")
    fields = {"token": token_in(page.text), "key": ADMIN_KEY}
    assert site.client.post("/dashboard/login", data=fields, headers=headers).status_code == 403
    enter(site)
    token = token_in(site.client.get("/dashboard").text)
    answer = site.client.post("/dashboard/logout", data={"token": token}, headers=headers)
    assert answer.status_code == 403
    assert "came from another site" in answer.text
    assert "<h1>This did not come from the dashboard</h1>" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://testserver"},
        {"Origin": "https://testserver"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null"},
        # A proxy speaks TLS, and names the service as it knows it itself.
        {"Origin": "https://memory.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_change_from_our_own_page_is_done(site: Site, headers: dict[str, str]) -> None:
    enter(site)
    token = token_in(site.client.get("/dashboard").text)
    answer = site.client.post("/dashboard/logout", data={"token": token}, headers=headers)
    assert answer.status_code == 303


def test_nobody_is_signed_in_by_another_site(site: Site) -> None:
    token = token_in(site.client.get("/dashboard/login").text)
    site.client.cookies.clear()
    answer = site.client.post("/dashboard/login", data={"token": token, "key": ADMIN_KEY})
    assert answer.status_code == 403
    assert "stale_form" in answer.text
    assert "memsvc_dashboard" not in site.client.cookies


def test_without_keys_there_is_nothing_to_sign_in_to(open_site: Site) -> None:
    assert open_site.client.get("/dashboard").status_code == 200
    assert open_site.client.get("/dashboard/login").headers["location"] == "/dashboard"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "[::2]", "[", ""])
def test_without_keys_a_foreign_name_is_refused(open_site: Site, host: str) -> None:
    answer = open_site.client.get("/dashboard", headers={"Host": host})
    assert answer.status_code == 403
    assert "<h1>The service does not answer to this name</h1>" in answer.text


def test_without_keys_a_form_still_needs_its_token_and_our_origin(open_site: Site) -> None:
    memory_id = open_site.add("Something to pin.")
    path = f"/dashboard/agents/a1/memories/{memory_id}"
    token = token_in(open_site.client.get(path).text)
    evil = {"Origin": "https://evil.example"}
    for fields, headers in (({"x": "y"}, {}), ({"token": token}, evil)):
        answer = open_site.client.post(
            f"{path}/pin", data={"pinned": "yes", **fields}, headers=headers
        )
        assert answer.status_code == 403
    assert not open_site.get(memory_id)["pinned"]
    done = open_site.client.post(f"{path}/pin", data={"pinned": "yes", "token": token})
    assert done.status_code == 303
    assert open_site.get(memory_id)["pinned"]


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8080"])
def test_without_keys_names_of_this_machine_are_let_in(open_site: Site, host: str) -> None:
    assert open_site.client.get("/dashboard", headers={"Host": host}).status_code == 200


def test_a_viewer_sees_figures_alone(site: Site) -> None:
    site.add("Ana lives in Porto.", id="flat")
    enter(site, Role.VIEWER)
    page = site.client.get("/dashboard")
    assert page.status_code == 200
    assert "/dashboard/forget" not in page.text
    figures = site.client.get("/dashboard/agents/a1")
    assert figures.status_code == 200
    assert "/memories" not in figures.text
    for path in ("", "/flat", "/flat/erase"):
        answer = site.client.get(f"/dashboard/agents/a1/memories{path}")
        assert answer.status_code == 403
        assert "Porto" not in answer.text
    for act in ("pin", "archive", "activate", "erase"):
        answer = post(site.client, f"/dashboard/agents/a1/memories/flat/{act}", pinned="yes")
        assert answer.status_code == 403
    assert not site.get("flat")["pinned"]


def test_an_agents_key_with_a_session_is_refused(site: Site) -> None:
    """No way leads there, unless the role of a key could change; nothing rests on that."""
    enter(site, Role.AGENT)
    for path in ("", "/agents", "/agents/a1", "/agents/a1/memories"):
        answer = site.client.get(f"/dashboard{path}")
        assert answer.status_code == 403
        assert "This key belongs to an agent." in answer.text


def test_a_viewer_sees_the_agents_of_its_pattern_alone(site: Site) -> None:
    for agent in ("shop-1", "shop-2", "desk-1"):
        site.add("It rains.", agent=agent)
    enter(site, Role.VIEWER, agents="shop-*")
    listed = site.client.get("/dashboard/agents").text
    assert "shop-1" in listed
    assert "shop-2" in listed
    assert "desk-1" not in listed
    assert site.client.get("/dashboard/agents/desk-1").status_code == 404


def test_tenants_see_nothing_of_each_other(site: Site) -> None:
    site.add("A secret of the first tenant.", id="secret", agent="ours")
    enter(site, tenant="other")
    assert "ours" not in site.client.get("/dashboard/agents").text
    for path in ("", "/memories", "/memories/secret",
                 "/memories/secret/erase"):  # fmt: skip
        foreign = site.client.get(f"/dashboard/agents/ours{path}")
        unknown = site.client.get(f"/dashboard/agents/none{path}")
        assert foreign.status_code == unknown.status_code == 404
        assert "secret of the first" not in foreign.text
    page = post(site.client, "/dashboard/agents/ours/memories", q="secret")
    assert page.status_code == 404
    for act in ("pin", "archive", "activate", "erase"):
        answer = post(site.client, f"/dashboard/agents/ours/memories/secret/{act}", pinned="yes")
        assert answer.status_code == 404
    assert not site.get("secret", agent="ours")["pinned"]


@pytest.mark.parametrize("act", ["pin", "archive", "activate", "erase"])
def test_every_change_needs_a_token_and_our_origin(site: Site, act: str) -> None:
    memory_id = site.add(f"Something to {act}.")
    enter(site)
    path = f"/dashboard/agents/a1/memories/{memory_id}"
    before = site.get(memory_id)
    token = token_in(site.client.get(path).text)
    refused = [
        site.client.post(f"{path}/{act}", data={"pinned": "yes"}),
        site.client.post(f"{path}/{act}", data={"pinned": "yes", "token": "0" * 32}),
        site.client.post(
            f"{path}/{act}",
            data={"pinned": "yes", "token": token},
            headers={"Origin": "https://evil.example"},
        ),
        site.client.get(f"{path}/{act}") if act != "erase" else None,
    ]
    assert {one.status_code for one in refused if one is not None} <= {403, 404}
    assert site.get(memory_id) == before


def test_an_unknown_page_says_so(site: Site) -> None:
    enter(site)
    answer = site.client.get("/dashboard/no/such/page")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text
    assert "not_found" in answer.text


def test_part_of_a_page_leads_to_the_whole_where_it_fails(site: Site) -> None:
    asked = {"HX-Request": "true"}
    answer = site.client.get("/dashboard/agents?q=1", headers=asked)
    assert answer.headers["hx-redirect"] == "/dashboard/login?next=%2Fdashboard%2Fagents"
    enter(site)
    answer = site.client.get("/dashboard/nowhere?q=1", headers=asked)
    assert answer.headers["hx-redirect"] == "/dashboard/nowhere?q=1"


@pytest.mark.parametrize("agent", ["東京", "naïve", "a?b#c", "a b%"])
def test_part_of_a_page_leads_to_the_whole_whatever_the_agent_is_called(
    site: Site, agent: str
) -> None:
    asked = {"HX-Request": "true"}
    path = f"/dashboard/agents/{quote(agent)}/memories"
    answer = site.client.get(path, headers=asked)
    login = parse_qs(urlsplit(answer.headers["hx-redirect"]).query)
    assert login == {"next": [path]}
    enter(site)
    answer = site.client.get(f"{path}?kind=semantic", headers=asked)  # there is no such agent
    assert answer.status_code == 200
    assert answer.headers["hx-redirect"] == f"{path}?kind=semantic"


def test_the_log_and_the_metrics_know_route_templates_alone(
    own_site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"id": "mem-secret", "user_id": "bob-secret", "agent": "desk-secret"}
    own_site.add("Plums are blue.", **told)
    enter(own_site)
    path = "/dashboard/agents/desk-secret/memories"
    for page in (f"{path}/mem-secret", "/dashboard/agents?named=k-secret", "/dashboard/x-secret"):
        assert own_site.client.get(page).status_code in (200, 404)
    assert "Plums" in post(own_site.client, path, q="plums-secret", user_id="bob-secret").text
    post(own_site.client, f"{path}/mem-secret/pin", pinned="yes")
    metrics = own_site.client.get("/metrics", headers={"Authorization": f"Bearer {ADMIN_KEY}"}).text
    log = capsys.readouterr().out
    memory = "/dashboard/agents/{agent_id}/memories/{memory_id}"
    for route in (memory, f"{memory}/pin", "/dashboard/agents", "/dashboard/{rest:path}"):
        assert f'route="{route}"' in metrics
        assert route in log
    assert "secret" not in log + metrics


def test_what_breaks_is_a_page_for_people_and_a_line_in_the_log(
    own_site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(own_site)
    with closing(sqlite3.connect(tmp_path / "memsvc.db")) as connection:
        connection.execute("DROP TABLE tenant_tallies")
    answer = own_site.client.get("/dashboard")
    assert answer.status_code == 500
    assert "Something broke in the service." in answer.text
    assert "tallies" not in answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert own_site.client.get("/dashboard/agents").status_code == 200
    [line] = [one for one in capsys.readouterr().out.splitlines() if "failure" in one]
    assert "OperationalError" in line


def test_a_slash_too_many_is_none(site: Site) -> None:
    enter(site)
    assert site.client.get("/dashboard/").headers["location"] == "/dashboard"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n"),
        ("application/json", b'{"token": "x"}'),
        ("application/x-www-form-urlencoded", b"token=%ff"),
        ("application/x-www-form-urlencoded", b"\xff=1"),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 1001)),
        ("", b""),
    ],
)
def test_what_is_no_form_is_refused(site: Site, kind: str, body: bytes) -> None:
    enter(site)
    for path in ("/dashboard/logout", "/dashboard/login"):
        answer = site.client.post(path, content=body, headers={"Content-Type": kind})
        assert answer.status_code == 422
        assert "must be a form" in answer.text or "is no form" in answer.text


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("path", ["/dashboard/logout", "/dashboard/login"])
def test_a_body_over_the_limit_is_refused_with_a_page(
    site: Site, path: str, declared: bool
) -> None:
    enter(site)
    body = b"token=" + b"x" * (8 * 2**20)
    answer = site.client.post(
        path,
        content=body if declared else iter((body[:9], body[9:])),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    is_page(answer, 413)
    assert "The body is over the limit of 8388608 bytes." in answer.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/dashboard/agents", {"GET", "HEAD"}),
        ("PUT", "/dashboard/agents/a1", {"GET", "HEAD"}),
        ("GET", "/dashboard/logout", None),  # what takes all else says that there is no such page
        ("DELETE", "/dashboard/logout", {"POST"}),
    ],
)
def test_what_nothing_is_done_by_is_a_page(
    site: Site, method: str, path: str, allowed: set[str] | None
) -> None:
    enter(site)
    answer = site.client.request(method, path)
    is_page(answer, 404 if allowed is None else 405)
    if allowed is not None:
        assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/login", "/dashboard/nowhere"])
def test_the_head_of_a_page_is_that_of_the_page(site: Site, path: str) -> None:
    for _ in range(2):
        head, page = site.client.head(path), site.client.get(path)
        assert head.status_code == page.status_code
        for name in ("content-security-policy", "cache-control", "content-type", "location"):
            assert head.headers.get(name) == page.headers.get(name)
        enter(site)


def is_page(answer: Any, status: int) -> None:
    """Hold an answer to be a page of an error."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert "<h1>" in answer.text

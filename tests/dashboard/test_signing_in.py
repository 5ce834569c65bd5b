"""Who gets in, for how long, and what is refused."""

from __future__ import annotations

from datetime import timedelta

from memsvc.core.access import Role
from memsvc.operations.credentials import issue_key, revoke_key
from tests.api.site import ADMIN_KEY, Site
from tests.dashboard.browsing import Tab
from tests.dashboard.signing_in import post, sign_in, token_in
from tests.serving.server import KEY


def test_the_login_page_looks_well(stranger: Tab) -> None:
    stranger.looks("/dashboard/login")


def test_somebody_signs_in_looks_around_and_signs_out(stranger: Tab) -> None:
    stranger.open("/dashboard")
    assert stranger.path == "/dashboard/login?next=%2Fdashboard"
    stranger.page.get_by_label("API key").fill(KEY)
    stranger.page.get_by_role("button", name="Sign in").click()
    assert stranger.path == "/dashboard"
    stranger.page.get_by_role("button", name="Sign out").click()
    assert "You are signed out." in stranger.text
    stranger.open("/dashboard/agents")
    assert stranger.path.startswith("/dashboard/login")


def test_the_cookie_is_strict_and_says_nothing(site: Site) -> None:
    answer = sign_in(site.client, ADMIN_KEY)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")
    [cookie] = [one for one in answer.headers.get_list("set-cookie") if "memsvc_dashboard=" in one]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/dashboard" in cookie
    assert "Max-Age=28800" in cookie
    assert "Secure" not in cookie
    assert ADMIN_KEY not in cookie


def test_over_tls_the_cookie_is_secure(site: Site) -> None:
    site.client.headers["X-Forwarded-Proto"] = "https"
    page = site.client.get("/dashboard/login")
    # The client would not send a cookie that is secure over plain HTTP.
    asked = page.cookies["memsvc_login"]
    answer = site.client.post(
        "/dashboard/login",
        data={"token": token_in(page.text), "key": ADMIN_KEY},
        headers={"Cookie": f"memsvc_login={asked}"},
    )
    assert answer.status_code == 303
    for name, response in (("memsvc_login", page), ("memsvc_dashboard", answer)):
        cookies = response.headers.get_list("set-cookie")
        [cookie] = [one for one in cookies if one.startswith(f"{name}=")]
        assert "Secure" in cookie.split("; ")
        assert "HttpOnly" in cookie.split("; ")


def test_a_revoked_key_ends_its_sessions_at_once(own_site: Site) -> None:
    card, value = issue_key(own_site.runtime, "default", Role.OPERATOR)
    sign_in(own_site.client, value)
    assert own_site.client.get("/dashboard").status_code == 200
    revoke_key(own_site.runtime, "default", card.key_id)
    answer = own_site.client.get("/dashboard")
    assert (answer.status_code, answer.headers["location"]) == (
        303, "/dashboard/login?next=%2Fdashboard"
    )  # fmt: skip


def test_a_session_ends_after_eight_hours_and_with_its_key(own_site: Site) -> None:
    sign_in(own_site.client, ADMIN_KEY)
    own_site.clock.advance(timedelta(hours=8, seconds=-1))
    assert own_site.client.get("/dashboard").status_code == 200
    own_site.clock.advance(timedelta(seconds=1))
    assert own_site.client.get("/dashboard").status_code == 303
    ends = own_site.clock.now() + timedelta(hours=1)
    _, value = issue_key(own_site.runtime, "default", Role.VIEWER, expires_at=ends)
    sign_in(own_site.client, value)
    assert own_site.client.get("/dashboard").status_code == 200
    own_site.clock.advance(timedelta(hours=1))
    assert own_site.client.get("/dashboard").status_code == 303


def test_a_forged_or_altered_cookie_is_none(site: Site) -> None:
    sign_in(site.client, ADMIN_KEY)
    good = site.client.cookies["memsvc_dashboard"]
    altered = good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1]
    for cookie in ("", "x", "%%%", "é", altered, good + "A" * 600, good[:20]):
        site.client.cookies.clear()
        answer = site.client.get(
            "/dashboard", headers=[(b"Cookie", f"memsvc_dashboard={cookie}".encode())]
        )
        assert answer.status_code == 303, cookie


def test_the_key_of_an_agent_is_refused_with_a_sentence(site: Site) -> None:
    _, value = issue_key(site.runtime, "default", Role.AGENT)
    answer = sign_in(site.client, value)
    assert answer.status_code == 403
    assert "This key belongs to an agent." in answer.text
    assert "memsvc_dashboard" not in site.client.cookies


def test_an_unknown_key_is_refused_and_not_repeated(site: Site) -> None:
    answer = sign_in(site.client, "not-a-key-that-anybody-has")
    assert answer.status_code == 401
    assert "unknown, expired or revoked" in answer.text
    assert "not-a-key" not in answer.text


def test_tries_to_sign_in_are_bounded(own_site: Site) -> None:
    answers = [sign_in(own_site.client, "wrong").status_code for _ in range(12)]
    assert set(answers[:10]) == {401}
    assert 429 in answers[10:]
    refused = sign_in(own_site.client, ADMIN_KEY)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert "Too many tries" in refused.text


def test_after_signing_in_one_stays_on_this_site(own_site: Site) -> None:
    for wanted, gone in {
        "/dashboard/agents?kind=x": "/dashboard/agents?kind=x",
        "https://evil.example/": "/dashboard",
        "//evil.example/": "/dashboard",
        "/dashboard\\@evil.example": "/dashboard",
        "/dashboardx": "/dashboard",
        "/dashboard/\nx": "/dashboard",
    }.items():
        assert sign_in(own_site.client, ADMIN_KEY, wanted).headers["location"] == gone


def test_signing_out_ends_it(site: Site) -> None:
    sign_in(site.client, ADMIN_KEY)
    answer = post(site.client, "/dashboard/logout")
    assert answer.headers["location"] == "/dashboard/login?done=signed-out"
    assert site.client.get("/dashboard").status_code == 303

"""A memory whose time has passed is shown by no route, whether it is erased already or not."""

from __future__ import annotations

import time
from datetime import timedelta

from tests.api.site import Site, is_problem

PAST = "2026-02-28T12:00:00Z"
SOON = "2026-03-01T13:00:00Z"
SWEPT_WITHIN_S = 20.0
ONE = "/v1/agents/a1/memories/m1"


def hidden(site: Site) -> bool:
    """Whether m1 is nowhere to be seen."""
    assert is_problem(site.client.get(ONE), 404, "not_found")
    assert is_problem(site.client.patch(ONE, json={"pinned": True}), 404, "not_found")
    assert site.page()["total"] == 0
    assert site.listed() == []
    assert site.listed(user_id="u1") == []
    includes = ["archived", "superseded", "quarantined"]
    assert site.found("harbour", include=includes) == []
    return site.found("harbour", as_of="2026-03-01T12:30:00Z") == []


def test_a_memory_is_shown_until_it_expires(site: Site) -> None:
    site.add("The harbour freezes.", id="m1", user_id="u1", expires_at=SOON)
    assert site.found("harbour") == site.listed() == ["m1"]

    site.clock.advance(timedelta(hours=1))

    assert hidden(site)


def test_a_memory_that_expired_before_it_was_written_never_shows(site: Site) -> None:
    site.write({"content": "The harbour freezes.", "id": "m1", "expires_at": PAST})

    assert hidden(site)


def test_a_memory_can_be_made_to_expire(site: Site) -> None:
    site.add("The harbour freezes.", id="m1", user_id="u1")

    site.patch("m1", expires_at=PAST)

    assert hidden(site)


def test_a_memory_can_be_kept_from_expiring(site: Site) -> None:
    site.add("The harbour freezes.", id="m1", expires_at=SOON)

    assert site.patch("m1", expires_at=None)["expires_at"] is None
    site.clock.advance(timedelta(days=400))

    assert site.found("harbour") == ["m1"]


def test_what_expired_is_no_duplicate(site: Site) -> None:
    old = site.add("The harbour freezes.", expires_at=SOON)
    site.clock.advance(timedelta(hours=2))

    assert site.add("The harbour freezes.") != old


def test_what_expired_is_erased_soon_and_its_id_is_free(site: Site) -> None:
    site.add("The harbour freezes.", id="m1", expires_at=SOON)
    site.clock.advance(timedelta(hours=2))

    def write_again() -> int:
        body = {"memories": [{"content": "Dinner at seven.", "id": "m1"}]}
        return site.client.post("/v1/agents/a1/memories", json=body).status_code

    until = time.monotonic() + SWEPT_WITHIN_S
    while (status := write_again()) == 409 and time.monotonic() < until:
        time.sleep(0.05)
    assert status == 201
    assert site.get("m1")["content"] == "Dinner at seven."


def test_erasing_what_expired_does_no_harm(site: Site) -> None:
    site.add("The harbour freezes.", id="m1", expires_at=SOON)
    site.clock.advance(timedelta(hours=2))

    # 204 until it is erased for having expired, 404 from then on.
    assert site.client.delete(ONE).status_code in (204, 404)
    assert hidden(site)

"""Conflicts, decisions, restoring, history and lineage over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from memsvc.core.access import Role
from tests.api.site import Site, is_problem

AGENT = "/v1/agents/a1"


def office(place: str, id_: str, since: str | None = "2026-01-01", **more: Any) -> dict[str, Any]:
    """Where the office is, as of a day."""
    fact = {"content": f"The office of the company is in {place}.", "kind": "semantic", "id": id_}
    if since is not None:
        fact["valid_from"] = f"{since}T00:00:00Z"
    return {"user_id": "ana", "channel": "user"} | fact | more


def turn(content: str, id_: str, day: str, **more: Any) -> dict[str, Any]:
    """What a user said in a conversation of that day."""
    said = {"content": content, "id": id_, "event_time": f"{day}T09:00:00Z", "session_id": day}
    return said | {"user_id": "ana", "role": "user"} | more


def conflicts(site: Site, **query: Any) -> list[dict[str, Any]]:
    """A page of conflicts."""
    answer = site.client.get(f"{AGENT}/conflicts", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["conflicts"]
    return found


def members(conflict: dict[str, Any]) -> list[str]:
    return [one["id"] for one in conflict["memories"]]


def resolve(site: Site, id_: str, keep: str, headers: dict[str, str] | None = None) -> Response:
    path = f"{AGENT}/conflicts/{id_}/resolve"
    return site.client.post(path, json={"keep": keep}, headers=headers)


def restore(site: Site, id_: str, headers: dict[str, str] | None = None) -> Response:
    return site.client.post(f"{AGENT}/memories/{id_}/restore", headers=headers)


def statuses(site: Site, *ids: str) -> list[str]:
    return [site.get(one)["status"] for one in ids]


def dispute(site: Site) -> None:
    """A user's word, and the web's, later."""
    site.write(office("Porto", "user"))
    site.write(office("Faro", "web", "2026-02-01", channel="web"))


def test_a_dispute_is_listed_with_both_sides(site: Site) -> None:
    dispute(site)
    site.write(office("Lisbon", "other", user_id="bob"))

    [found] = conflicts(site)

    assert (found["id"], found["kind"], found["head"]) == ("user", "dispute", "user")
    assert found["reason"] == "less_trusted"
    assert members(found) == ["user", "web"]
    assert {one["status"] for one in found["memories"]} == {"disputed"}
    assert conflicts(site, kind="link") == []


def test_why_neither_wins_is_told(site: Site) -> None:
    site.write(office("Porto", "one"))
    site.write(office("Faro", "two"))

    [found] = conflicts(site)
    assert (found["reason"], found["head"]) == ("same_time", "two")


def test_what_conversations_told_differently_is_linked(site: Site) -> None:
    site.write(
        turn("I live in Porto.", "then", "2025-01-01"),
        turn("I live in Lisbon.", "now", "2025-06-01"),
        turn("Yes, I live in Lisbon.", "again", "2025-07-01"),
        turn("I live in Braga.", "bob", "2025-07-01", user_id="bob"),
        turn("The weather is nice.", "chat", "2025-07-01"),
    )

    [found] = conflicts(site)

    assert (found["kind"], found["id"], found["head"]) == ("link", "then", "again")
    assert found["reason"] == "conversation"
    assert members(found) == ["then", "now", "again"]
    assert set(statuses(site, "then", "now")) == {"active"}


def test_pages_go_through_all_kinds(site: Site) -> None:
    for at in range(3):
        for place in ("Porto", "Faro"):
            site.write(office(place, f"{at}-{place}", user_id=f"u{at}"))
        site.write(
            turn("I live in Porto.", f"{at}-then", "2025-01-01", user_id=f"u{at}"),
            turn("I live in Faro.", f"{at}-now", "2025-02-01", user_id=f"u{at}"),
        )
    listed: list[str] = []
    cursor: str | None = None
    while True:
        query: dict[str, Any] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = site.client.get(f"{AGENT}/conflicts", params=query).json()
        assert len(page["conflicts"]) <= 2
        listed += [one["id"] for one in page["conflicts"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert listed == [f"{at}-Porto" for at in range(3)] + [f"{at}-then" for at in range(3)]


@pytest.mark.parametrize("cursor", ["nothing", "AAAA", "____________", "CQAAAAAAAAAq"])
def test_a_cursor_of_one_s_own_is_refused(site: Site, cursor: str) -> None:
    dispute(site)

    answer = site.client.get(f"{AGENT}/conflicts", params={"cursor": cursor})

    assert is_problem(answer, 422, "invalid_request")


def test_what_is_over_or_held_back_is_in_no_conflict(site: Site) -> None:
    site.write(office("Porto", "one", expires_at="2026-03-02T00:00:00Z"))
    site.write(office("Faro", "two"))
    assert len(conflicts(site)) == 1

    site.clock.advance(timedelta(days=2))
    assert conflicts(site) == []

    site.write(office("Lisbon", "three", subject_ids=["bob"]))
    assert [members(one) for one in conflicts(site)] == [["two", "three"]]
    body = {"subject_ids": ["bob"], "mode": "two_phase"}
    asked = site.client.post("/v1/forget-requests", json=body).json()["id"]
    site.client.post(f"/v1/forget-requests/{asked}/confirm")
    assert conflicts(site) == []


def test_what_is_kept_supersedes_the_other_side(site: Site) -> None:
    dispute(site)

    answer = resolve(site, "user", "web")

    assert answer.status_code == 200, answer.text
    shown = {one["id"]: (one["status"], one["superseded_by"]) for one in answer.json()["memories"]}
    assert shown == {"user": ("superseded", "web"), "web": ("active", None)}
    assert conflicts(site) == []
    # Nothing is left to resolve.
    assert is_problem(resolve(site, "user", "web"), 409, "wrong_state")


def test_all_sides_may_be_kept(site: Site) -> None:
    dispute(site)

    assert resolve(site, "web", "all").status_code == 200

    assert statuses(site, "user", "web") == ["active", "active"]
    assert conflicts(site) == []
    # A newer word ends both all the same.
    site.write(office("Braga", "next", "2026-02-20"))
    assert statuses(site, "user", "web", "next") == ["superseded", "superseded", "active"]


def test_a_decision_goes_with_its_memory(site: Site) -> None:
    dispute(site)
    resolve(site, "user", "web")

    site.delete("web")

    assert statuses(site, "user") == ["active"]


def test_a_decision_goes_when_words_change(site: Site) -> None:
    dispute(site)
    resolve(site, "user", "web")

    site.patch("web", content="The office of the company is in Lisbon.")

    assert statuses(site, "user", "web") == ["disputed", "disputed"]


def test_a_link_is_resolved_without_hiding_a_turn(site: Site) -> None:
    site.write(
        turn("I live in Porto.", "then", "2025-01-01"),
        turn("I live in Lisbon.", "now", "2025-06-01"),
    )

    assert resolve(site, "then", "now").status_code == 200

    assert conflicts(site) == []
    assert statuses(site, "then", "now") == ["active", "active"]
    found = {one["memory"]["id"]: one for one in site.search("Where do I live?")}
    assert "contradicts" not in found["now"]
    assert [one["id"] for one in found["then"]["contradicts"]] == ["now"]


def test_what_is_kept_is_of_the_conflict(site: Site) -> None:
    dispute(site)
    site.add("Nothing of the kind.", id="other")

    assert is_problem(resolve(site, "user", "other"), 422, "invalid_request")
    assert is_problem(resolve(site, "nothing", "web"), 404, "not_found")
    assert is_problem(resolve(site, "other", "all"), 409, "wrong_state")
    assert statuses(site, "user", "web") == ["disputed", "disputed"]


def test_an_agent_does_not_decide_against_a_user(site: Site) -> None:
    dispute(site)
    headers = site.key(Role.AGENT)

    assert is_problem(resolve(site, "user", "web", headers), 403, "forbidden")
    assert is_problem(resolve(site, "user", "all", headers), 403, "forbidden")
    assert statuses(site, "user", "web") == ["disputed", "disputed"]

    # Against the web it does.
    assert resolve(site, "user", "user", headers).status_code == 200
    assert statuses(site, "user", "web") == ["active", "superseded"]


def test_a_decision_is_in_the_audit_log(site: Site) -> None:
    dispute(site)
    key_id, headers = site.issue(Role.OPERATOR)
    resolve(site, "user", "web", headers)
    restore(site, "user", headers)

    def last(action: str) -> dict[str, Any]:
        record: dict[str, Any] = site.client.get("/v1/audit", params={"action": action}).json()[
            "records"
        ][-1]
        return record

    decided = last("conflict.resolved")
    # The id was chosen by a caller, and may be a name.
    assert (decided["actor"], decided["target"]) == (key_id, None)
    assert decided["detail"] == {"memories": 2, "decided": 1}
    assert last("memory.restored")["actor"] == key_id


def test_what_was_superseded_stands_again_beside_its_successor(site: Site) -> None:
    site.write(office("Porto", "old"))
    site.write(office("Lisbon", "new", "2026-02-01"))

    answer = restore(site, "old")

    assert (answer.status_code, answer.json()["status"]) == (200, "active")
    assert answer.json()["superseded_by"] is None
    assert answer.headers["etag"] == '"1"'
    assert statuses(site, "new") == ["active"]
    assert is_problem(restore(site, "old"), 409, "wrong_state")
    # Both are ended by what comes after, and stand again when that is erased.
    site.write(office("Braga", "next", "2026-02-20"))
    assert statuses(site, "old", "new") == ["superseded", "superseded"]
    site.delete("next")
    assert statuses(site, "old", "new") == ["active", "active"]
    site.delete("new")
    assert statuses(site, "old") == ["active"]


def test_what_stands_again_ends_what_came_before_it(site: Site) -> None:
    for day, place in enumerate(("Porto", "Braga", "Lisbon"), 1):
        site.write(office(place, place, f"2026-01-0{day}"))

    assert restore(site, "Braga").json()["status"] == "active"

    assert statuses(site, "Porto", "Lisbon") == ["superseded", "active"]
    assert site.get("Porto")["superseded_by"] == "Braga"


def test_what_is_archived_stands_again(site: Site) -> None:
    site.add("Porto has six bridges.", id="m1")
    site.patch("m1", status="archived")

    assert restore(site, "m1").json()["status"] == "active"


def test_what_has_faded_is_used_by_it(site: Site) -> None:
    site.add("Porto has six bridges.", id="m1")
    site.clock.advance(timedelta(days=3_000))
    assert statuses(site, "m1") == ["archived"]

    shown = restore(site, "m1").json()

    assert (shown["status"], shown["retention"]) == ("active", 1.0)
    assert shown["last_used_at"] is not None


def test_what_is_disputed_is_resolved_not_restored(site: Site) -> None:
    dispute(site)

    assert is_problem(restore(site, "user"), 409, "wrong_state")
    assert is_problem(restore(site, "nothing"), 404, "not_found")


def test_an_agent_restores_no_less_than_what_ended_it(site: Site) -> None:
    site.write(office("Faro", "web", channel="web"))
    site.write(office("Porto", "user", "2026-02-01"))
    site.write(office("Lisbon", "next", "2026-02-10"))
    headers = site.key(Role.AGENT)

    assert is_problem(restore(site, "web", headers), 403, "forbidden")
    assert restore(site, "user", headers).json()["status"] == "active"
    assert restore(site, "web").json()["status"] == "active"


def test_an_agent_releases_nothing_from_quarantine(site: Site) -> None:
    site.add("Porto has six bridges.", id="m1", session_id="s1")
    site.client.post(f"{AGENT}/marked-sources", json={"session_id": "s1"})
    assert statuses(site, "m1") == ["quarantined"]

    assert is_problem(restore(site, "m1", site.key(Role.AGENT)), 403, "forbidden")
    assert restore(site, "m1").json()["status"] == "active"


def test_a_history_tells_of_words_and_of_what_ended_what(site: Site) -> None:
    site.write(office("Porto", "a"))
    site.clock.advance(timedelta(days=1))
    site.patch("a", content="The office of the company is in Braga.")
    for at, (place, id_) in enumerate((("Faro", "b"), ("Lisbon", "c"), ("Evora", "d"))):
        site.write(office(place, id_, f"2026-02-0{at + 1}"))

    found = site.client.get(f"{AGENT}/memories/b/history").json()

    assert found["memory"]["id"] == "b"
    assert [one["id"] for one in found["ended_by"]] == ["c", "d"]
    assert [one["id"] for one in found["ended"]] == ["a"]
    assert found["ended"][0]["valid_to"] == "2026-02-01T00:00:00Z"
    worded = site.client.get(f"{AGENT}/memories/a/history").json()["versions"]
    assert [(one["version"], one["content"].split()[-1]) for one in worded] == [
        (1, "Porto."),
        (2, "Braga."),
    ]
    assert worded[0]["superseded_at"] == worded[1]["recorded_at"]
    assert worded[1]["superseded_at"] is None


def test_what_is_erased_is_in_no_history(site: Site) -> None:
    site.write(office("Porto", "a"))
    site.write(office("Faro", "b", "2026-02-01"))
    site.write(office("Lisbon", "c", "2026-02-02"))
    site.delete("b")

    found = site.client.get(f"{AGENT}/memories/a/history")

    assert [one["id"] for one in found.json()["ended_by"]] == ["c"]
    assert "Faro" not in found.text


def test_a_lineage_tells_why_something_is_believed(site: Site) -> None:
    site.add("I bought a kayak.", id="said")
    site.add("I paddle on Sundays.", id="too")
    site.add("Ana paddles.", id="fact", kind="semantic", source_ids=["said", "too"])
    site.add("Offer her river maps.", id="rule", kind="semantic", source_ids=["fact"])

    found = site.client.get(f"{AGENT}/memories/fact/lineage").json()

    assert found["complete"] is True
    assert found["epistemic"] == "inferred"
    assert {(one["id"], one["relation"], one["through"]) for one in found["sources"]} == {
        ("said", "derived_from", "fact"),
        ("too", "derived_from", "fact"),
    }
    assert [(one["id"], one["through"]) for one in found["derived"]] == [("rule", "fact")]
    last = site.client.get(f"{AGENT}/memories/rule/lineage").json()
    assert [(one["id"], one["through"]) for one in last["sources"]] == [
        ("fact", "rule"),
        ("said", "fact"),
        ("too", "fact"),
    ]


def test_a_lineage_tells_in_what_way_something_is_known(site: Site) -> None:
    site.add("The office is in Porto.", id="old", kind="semantic", channel="web")
    known = {"old": "observed"}
    assert epistemics(site, *known) == known

    site.add("The office is now in Lisbon.", id="new", kind="semantic", channel="user")
    assert epistemics(site, "old", "new") == {"old": "retracted", "new": "stated"}
    site.patch("new", status="archived")
    assert epistemics(site, "new") == {"new": "stated"}


def epistemics(site: Site, *ids: str) -> dict[str, str]:
    return {
        id_: site.client.get(f"{AGENT}/memories/{id_}/lineage").json()["epistemic"] for id_ in ids
    }


def test_a_search_shows_both_sides_with_their_dates(site: Site) -> None:
    dispute(site)
    site.write(
        turn("I live in Porto.", "then", "2025-01-01"),
        turn("I live in Lisbon.", "now", "2025-06-01"),
    )
    site.add("The kayak is red.", id="plain")

    found = {one["memory"]["id"]: one for one in site.search("office, home and kayak", limit=20)}

    assert "contradicts" not in found["plain"]
    assert [one["id"] for one in found["user"]["contradicts"]] == ["web"]
    [other] = found["then"]["contradicts"]
    assert (other["id"], other["event_time"]) == ("now", "2025-06-01T09:00:00Z")


def test_no_more_than_three_speak_against_a_hit_and_none_from_outside_the_filters(
    site: Site,
) -> None:
    for at in range(6):
        site.write(turn(f"I live in {'ABCDEF'[at]}town.", f"t{at}", f"2025-01-0{at + 1}"))

    found = {one["memory"]["id"]: one for one in site.search("Where do I live?")}
    assert [one["id"] for one in found["t0"]["contradicts"]] == ["t5", "t4", "t3"]

    [alone] = site.search("Where do I live?", session_id="2025-01-01")
    assert "contradicts" not in alone


def test_a_context_marks_and_dates_what_is_disputed(site: Site) -> None:
    site.write(office("Porto", "user", None))
    site.write(office("Faro", "web", "2026-04-01", channel="web"))

    text = site.context("Where is the office?")["text"]

    assert "is in Porto. (as of 2026-03-01, disputed)" in text
    assert "is in Faro. (since 2026-04-01, disputed)" in text

"""Rights of a person over HTTP: who may use them, on whom, and what comes back."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import orjson
import pytest
from httpx2 import Response

from memsvc.core.access import Role
from memsvc.core.subject_page import POLICY
from tests.api.site import Site, is_problem

SUBJECTS = "/v1/subjects"
MARIA, PHONE, NAME = "maria@example.org", "+351 912 345 678", "Maria Lopez"
BODIES: dict[str, dict[str, Any]] = {
    "aliases": {"subject_id": "u1", "aliases": [MARIA]},
    "lookup": {"subject_id": "u1"},
    "export": {"subject_id": "u1"},
    "rectify": {"corrections": [{"agent_id": "a1", "memory_id": "home", "content": "Porto."}]},
    "restrict": {"subject_id": "u1", "restricted": True},
    "readmit": {"subject_id": "u1"},
}


def post(site: Site, verb: str, headers: dict[str, str] | None = None, **body: Any) -> Response:
    return site.client.post(f"{SUBJECTS}/{verb}", json=body, headers=headers)


def done(site: Site, verb: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
    answer = post(site, verb, headers, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def lines(site: Site, subject_id: str, **more: Any) -> list[dict[str, Any]]:
    answer = post(site, "export", subject_id=subject_id, **more)
    assert answer.status_code == 200, answer.text
    return [orjson.loads(line) for line in answer.content.splitlines()]


@pytest.fixture
def told(site: Site) -> Site:
    """Maria, known by three identities, and Ben."""
    site.add("I live in Lisbon.", id="home", user_id="u1", speaker="Maria")
    site.add("I like boats.", id="boats", user_id=MARIA, agent="a2")
    site.add("Maria sold the kayak.", id="kayak", user_id="ben", subject_ids=[PHONE])
    site.add("Ben grows tomatoes.", id="ben", user_id="ben")
    done(site, "aliases", subject_id="u1", aliases=[MARIA, PHONE], names=[NAME])
    return site


@pytest.mark.parametrize("verb", BODIES)
def test_operators_and_admins_use_them_and_nobody_else(told: Site, verb: str) -> None:
    for role in (Role.AGENT, Role.VIEWER):
        assert is_problem(post(told, verb, told.key(role), **BODIES[verb]), 403, "forbidden")
    nobody = {"Authorization": ""}
    assert is_problem(post(told, verb, nobody, **BODIES[verb]), 401, "unauthenticated")
    assert told.get("home")["content"] == "I live in Lisbon."
    for role in (Role.OPERATOR, Role.ADMIN):
        assert post(told, verb, told.key(role), **BODIES[verb]).status_code == 200


@pytest.mark.parametrize("verb", BODIES)
def test_another_tenant_s_person_of_the_same_identity_is_untouched(told: Site, verb: str) -> None:
    theirs = told.key(Role.ADMIN, tenant="other")

    answer = post(told, verb, theirs, **BODIES[verb])

    assert answer.status_code == 200
    assert "Lisbon" not in answer.text
    assert told.get("home")["content"] == "I live in Lisbon."
    known = done(told, "lookup", subject_id="u1")
    assert set(known["subject_ids"]) == {"u1", MARIA, PHONE}
    assert known["restriction_id"] is None
    if verb == "rectify":
        assert answer.json()["results"][0]["status"] == "not_found"


def test_aliases_mean_one_person(told: Site) -> None:
    assert done(told, "aliases", subject_id=PHONE) == {"identities": 3, "names": 1}
    known = done(told, "lookup", subject_id=MARIA)
    assert known["subject_ids"][0] == MARIA
    assert known["names"] == [NAME]

    done(told, "aliases", subject_id="u2", aliases=["m2@example.org"])
    refused = post(told, "aliases", subject_id="u1", aliases=["u2"])
    assert is_problem(refused, 409, "several_people")
    merged = done(told, "aliases", subject_id="u1", aliases=["u2"], merge=True)
    assert merged == {"identities": 5, "names": 1}
    removed = done(told, "aliases", subject_id="u1", remove=["u2", "m2@example.org", NAME])
    assert removed == {"identities": 3, "names": 0}
    refused = post(told, "aliases", subject_id="u1", remove=["u1"])
    assert is_problem(refused, 422, "invalid_request")


def test_a_copy_is_a_download_of_all_that_is_held(told: Site) -> None:
    answer = post(told, "export", subject_id=MARIA)

    assert answer.headers["content-type"] == "application/x-ndjson"
    disposition = answer.headers["content-disposition"]
    assert disposition == 'attachment; filename="subject-2026-03-01.jsonl"'
    assert answer.headers["cache-control"] == "no-store"
    header, *memories, end = [json.loads(line) for line in answer.content.splitlines()]
    assert [(one["id"], one["relation"]) for one in memories] == [
        ("home", "from"),
        ("kayak", "about"),
        ("boats", "from"),
    ]
    assert header["counts"] == end["end"]
    assert header["made_at"] == "2026-03-01T12:00:00Z"
    assert set(header["subject_ids"]) == {"u1", MARIA, PHONE}
    assert "tomatoes" not in answer.text


def test_a_page_is_a_download_that_allows_itself_nothing(told: Site) -> None:
    answer = post(told, "export", subject_id="u1", format="html")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == f"{POLICY}; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].endswith('.html"')
    assert re.findall(r'<article id="([^"]*)"', answer.text) == ["m0.home", "m0.kayak", "m1.boats"]
    assert answer.text.endswith("</html>\n")


@pytest.mark.parametrize("form", ["jsonl", "html"])
def test_somebody_unknown_gets_an_empty_copy(told: Site, form: str) -> None:
    answer = post(told, "export", subject_id="nobody-at-all", format=form)

    assert answer.status_code == 200
    assert "Lisbon" not in answer.text
    if form == "jsonl":
        assert answer.text.count("\n") == 2


def test_a_copy_of_one_agent(told: Site) -> None:
    assert [one.get("id") for one in lines(told, "u1", agent_id="a2")] == [None, "boats", None]


def test_a_correction_replaces_what_was_said(told: Site) -> None:
    answer = done(
        told,
        "rectify",
        corrections=[
            {
                "agent_id": "a1",
                "memory_id": "home",
                "content": "I live in Porto.",
                "speaker": None,
                "tags": ["home"],
                "metadata": {"topic": "home"},
            },
            {"agent_id": "a1", "memory_id": "nothing", "content": "x"},
        ],
    )

    assert answer["results"] == [
        {"agent_id": "a1", "memory_id": "home", "status": "rectified"},
        {"agent_id": "a1", "memory_id": "nothing", "status": "not_found"},
    ]
    home = told.get("home")
    assert (home["content"], home["speaker"]) == ("I live in Porto.", None)
    assert (home["tags"], home["metadata"]) == (["home"], {"topic": "home"})
    assert lines(told, "u1")[1]["history"] == []
    replayed = {"content": "I live in Lisbon.", "user_id": "u1"}
    assert told.write(replayed)[0]["event"] == "suppressed"
    assert done(told, "readmit", subject_id="u1") == {"lifted": 1}
    assert told.write(replayed)[0]["event"] == "superseded"


def test_a_fact_is_put_right_where_there_is_one(told: Site) -> None:
    fact = {"subject": "Maria", "predicate": "lives in", "object": "Lisbon"}
    told.add("Maria lives in Lisbon.", id="fact", kind="semantic", fact=fact)

    def corrected(memory_id: str, **values: Any) -> Response:
        one = {"agent_id": "a1", "memory_id": memory_id, **values}
        return post(told, "rectify", corrections=[one])

    assert corrected("fact", fact=fact | {"object": "Porto"}).status_code == 200
    assert told.get("fact")["fact"]["object"] == "Porto"
    assert corrected("fact", fact=None).status_code == 200
    assert told.get("fact")["fact"] is None
    assert is_problem(corrected("home", fact=fact), 422, "invalid_request")


def test_a_restriction_hides_and_is_lifted(told: Site) -> None:
    restricted = done(told, "restrict", subject_id="u1", restricted=True, reason="Contested.")

    assert (restricted["restricted"], restricted["memories"]) == (True, 3)
    assert told.listed() == ["ben"]
    assert told.found("Lisbon kayak") == ["ben"]
    assert "Lisbon" not in told.context("Lisbon kayak")["text"]
    missing = told.client.get("/v1/agents/a1/memories/home")
    assert is_problem(missing, 404, "not_found")
    assert done(told, "lookup", subject_id=PHONE)["restriction_id"] == restricted["id"]
    assert [one["restricted"] for one in lines(told, "u1")[1:-1]] == [True] * 3

    lifted = done(told, "restrict", subject_id=MARIA, restricted=False)

    assert lifted == {"restricted": False, "memories": 3, "id": restricted["id"]}
    assert set(told.listed()) == {"home", "kayak", "ben"}
    again = done(told, "restrict", subject_id=MARIA, restricted=False)
    assert again == {"restricted": False, "memories": 0, "id": None}


def test_nobody_is_named_in_audit_or_logs(
    told: Site, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    done(told, "restrict", subject_id=MARIA, restricted=True, reason="Maria contests it.")
    done(told, "rectify", corrections=BODIES["rectify"]["corrections"])
    lines(told, MARIA)
    done(told, "restrict", subject_id=MARIA, restricted=False)
    done(told, "readmit", subject_id=MARIA)
    done(told, "aliases", subject_id=MARIA, remove=["u1"])
    post(told, "lookup", subject_id=MARIA, unknown=MARIA)

    audit = told.client.get("/v1/audit").json()["records"]

    assert [one["action"] for one in audit] == [
        "key.issued",
        "subject.aliased",
        "subject.restricted",
        "subject.rectified",
        "subject.exported",
        "subject.unrestricted",
        "subject.readmitted",
        "subject.aliased",
    ]
    ours = [one.getMessage() for one in caplog.records if one.name not in ("httpx2", "asyncio")]
    printed = capfd.readouterr()
    for text in (json.dumps(audit), printed.out, printed.err, *ours):
        for canary in (MARIA, PHONE, NAME, "Maria", "Lisbon"):
            assert canary not in text


BAD: list[tuple[str, dict[str, Any], str]] = [
    *((verb, {}, "subject_id") for verb in ("aliases", "lookup", "export", "readmit")),
    *((verb, {"subject_id": " "}, "subject_id") for verb in ("aliases", "lookup", "export")),
    *((verb, {"subject_id": "u1", "x": 1}, "x") for verb in ("aliases", "lookup", "readmit")),
    ("aliases", {"subject_id": "u1", "aliases": ["canary", ""]}, "aliases.1"),
    ("aliases", {"subject_id": "u1", "aliases": ["canary"] * 65}, "aliases"),
    ("aliases", {"subject_id": "u1", "names": [17]}, "names.0"),
    ("aliases", {"subject_id": "u1", "merge": 1}, "merge"),
    ("aliases", {"subject_id": "canary", "remove": ["canary"]}, "remove"),
    ("export", {"subject_id": "u1", "format": "canary"}, "format"),
    ("export", {"subject_id": "u1", "agent_id": "canary/x"}, "agent_id"),
    ("restrict", {"subject_id": "u1"}, "restricted"),
    ("restrict", {"subject_id": "u1", "restricted": "true"}, "restricted"),
    ("restrict", {"subject_id": "u1", "restricted": True, "reason": ""}, "reason"),
    ("rectify", {"corrections": []}, "corrections"),
    ("rectify", {"corrections": [{"agent_id": "a1", "memory_id": "m"}]}, "corrections.0"),
    (
        "rectify",
        {"corrections": [{"agent_id": "a1", "memory_id": "m", "user_id": "canary"}]},
        "corrections.0.user_id",
    ),
    (
        "rectify",
        {"corrections": [{"agent_id": "a1", "memory_id": "m", "content": None}]},
        "corrections.0.content",
    ),
    (
        "rectify",
        {"corrections": [{"agent_id": "a1", "memory_id": "canary x", "content": "x"}]},
        "corrections.0.memory_id",
    ),
    (
        "rectify",
        {"corrections": [{"agent_id": "a1", "memory_id": "m", "content": "x"}] * 101},
        "corrections",
    ),
    (
        "rectify",
        {"corrections": [{"agent_id": "a1", "memory_id": "m", "content": "canary"}] * 2},
        "corrections.1",
    ),
]


@pytest.mark.parametrize(("verb", "body", "location"), BAD)
def test_a_broken_body_is_refused_and_not_repeated(
    lasting: Site, verb: str, body: dict[str, Any], location: str
) -> None:
    answer = post(lasting, verb, **body)

    assert is_problem(answer, 422, "invalid_request")
    assert location in [one["location"] for one in answer.json()["errors"]]
    assert "canary" not in answer.text

"""What the routes for the client of mem0 make of ids, filters and times, and what they answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from memsvc.api.mem0.filters import asked
from memsvc.api.mem0.ids import OUTER_PATTERN, Place, inner, outer
from memsvc.api.mem0.times import conditions, expiry_of, last_day
from memsvc.api.mem0.wire.answers import (
    Mem0Added,
    Mem0Deleted,
    Mem0Done,
    Mem0Entities,
    Mem0Memory,
    Mem0Page,
    Mem0Ping,
    Mem0Profile,
    Mem0SearchAnswer,
    Mem0Updated,
    Mem0Version,
)
from memsvc.api.mem0.wire.changing import UpdateBody
from memsvc.api.wire.values import AGENT_PATTERN, ID_PATTERN
from memsvc.core.access import Role
from memsvc.core.filters import matches, parse
from memsvc.errors import InvalidRequest, NotFound
from tests.api.site import PROBLEM, Site
from tests.api.test_answers import missing
from tests.core.made import memory

DEFAULT = "mem0"
ADD, SEARCH, LIST = "/v3/memories/add/", "/v3/memories/search/", "/v3/memories/"
agents = st.from_regex(AGENT_PATTERN, fullmatch=True)
ids = st.from_regex(ID_PATTERN, fullmatch=True)


def said(*texts: str, **whose: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": one} for one in texts], **whose}


def added(site: Site, *texts: str, **whose: Any) -> list[str]:
    answer = site.client.post(ADD, json=said(*texts, **whose))
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["results"]]


@given(agents | st.just(DEFAULT), ids)
def test_an_id_leads_back_and_stands_in_a_path_as_it_is(agent_id: str, memory_id: str) -> None:
    place = Place(agent_id, memory_id)
    id_ = outer(place, DEFAULT)

    assert inner(id_, DEFAULT) == place
    assert re.search(OUTER_PATTERN, id_)
    assert quote(id_, safe=":@+=~") == id_


@given(st.text(max_size=30))
def test_nothing_else_is_an_id(id_: str) -> None:
    try:
        place = inner(id_, DEFAULT)
    except NotFound:
        return
    assert outer(place, DEFAULT) == id_


@pytest.mark.parametrize(
    "id_",
    ["", "~", "a~", "~m1", "a=~m1", "a=2~m1", "a=61~m1", "=C3~m1", "mem0~m1", "a/b", "=2F~m1"],
)
def test_what_was_never_handed_out_is_not_found(id_: str) -> None:
    with pytest.raises(NotFound):
        inner(id_, DEFAULT)


def test_an_id_of_the_default_agent_is_its_own() -> None:
    assert outer(Place(DEFAULT, "m1"), DEFAULT) == "m1"
    assert outer(Place(DEFAULT, "a~1"), DEFAULT) == "mem0~a~1"
    assert outer(Place("à b", "m1"), DEFAULT) == "=C3=A0=20b~m1"


@pytest.mark.parametrize(
    ("operator", "inside", "outside"),
    [
        ("eq", ["01T00:00", "01T23:59"], ["02T00:00"]),
        ("ne", ["02T00:00"], ["01T00:00", "01T23:59"]),
        ("gte", ["01T00:00", "02T00:00"], []),
        ("gt", ["02T00:00"], ["01T23:59"]),
        ("lte", ["01T23:59"], ["02T00:00"]),
        ("lt", [], ["01T00:00"]),
    ],
)
def test_a_day_is_all_of_it(operator: str, inside: list[str], outside: list[str]) -> None:
    whole: dict[str, Any] = {"AND": conditions("created_at", {operator: "2026-05-01"})}
    meant = parse(whole)

    def holds(moment: str) -> bool:
        found = datetime.fromisoformat(f"2026-05-{moment}:00+00:00")
        return matches(meant, memory(created_at=found))

    assert [one for one in inside if not holds(one)] == []
    assert [one for one in outside if holds(one)] == []


@given(st.dates())
def test_what_expires_with_a_day_is_there_through_it(day: Any) -> None:
    if day == day.max:
        with pytest.raises(ValueError, match="out of range"):
            expiry_of(day)
        return
    assert last_day(expiry_of(day)) == day.isoformat()


@pytest.mark.parametrize(
    ("filters", "agents_asked"),
    [
        ({}, {DEFAULT}),
        ({"user_id": "u"}, {DEFAULT}),
        ({"agent_id": "a1"}, {"a1"}),
        ({"agent_id": DEFAULT}, {DEFAULT}),
        ({"agent_id": None}, {DEFAULT}),
        ({"agent_id": "*"}, {"a1", "a2"}),
        ({"agent_id": {"in": ["a1", "a3"]}}, {"a1", "a3"}),
        ({"agent_id": {"ne": "a1"}}, {DEFAULT, "a2"}),
        ({"agent_id": {"nin": ["a1", "a2"]}}, {DEFAULT}),
        ({"OR": [{"user_id": "u"}, {"agent_id": "a1"}]}, {DEFAULT, "a1"}),
        ({"AND": [{"user_id": "u"}, {"agent_id": "a1"}]}, {"a1"}),
        ({"AND": [{"agent_id": "a1"}, {"agent_id": "a2"}]}, set()),
        ({"NOT": {"agent_id": "a1"}}, {DEFAULT}),
        ({"memory_ids": ["m1", "a1~m2"]}, {DEFAULT, "a1"}),
    ],
)
def test_a_filter_says_which_agents_are_asked(
    filters: dict[str, Any], agents_asked: set[str]
) -> None:
    assert set(asked(filters, DEFAULT, lambda: [DEFAULT, "a1", "a2"])) == agents_asked


def test_no_more_agents_are_asked_than_can_be_answered() -> None:
    with pytest.raises(InvalidRequest, match="more than 64 agents"):
        asked({"agent_id": "*"}, DEFAULT, lambda: [str(n) for n in range(65)])


@pytest.mark.parametrize(
    ("filters", "why"),
    [
        ({"nothing": 1}, "unknown field"),
        ({"keywords": {"contains": "x"}}, "query of a search"),
        ({"metadata": "*"}, "name the key"),
        ({"metadata": {}}, "object of keys"),
        ({"memory_ids": "m1"}, "list of ids"),
        ({"agent_id": {"gt": "a"}}, "use eq, ne, in or nin"),
        ({"agent_id": {"in": "a"}}, "takes a list"),
        ({"created_at": {"like": "x"}}, "use operators"),
        ({"created_at": {"gte": "yesterday"}}, "date such as"),
        ({"AND": {"user_id": "u"}}, "list of filters"),
        ({"user_id": {"gt": "u"}}, "does not order"),
    ],
)
def test_what_is_no_filter_is_refused_with_the_reason(filters: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidRequest, match=why):
        asked(filters, DEFAULT, list)


@pytest.mark.parametrize(
    ("model", "method", "path", "body"),
    [
        (Mem0Ping, "GET", "/v1/ping/", None),
        (Mem0Added, "POST", ADD, said("New.", user_id="u1", run_id="r1")),
        (Mem0SearchAnswer, "POST", SEARCH, {"query": "tea", "filters": {"user_id": "u1"}}),
        (Mem0Page, "POST", LIST, {"filters": {"user_id": "u1"}}),
        (Mem0Page, "POST", f"{LIST}?page=2&page_size=1", {}),
        (Mem0Memory, "GET", "/v1/memories/ID/", None),
        (Mem0Updated, "PUT", "/v1/memories/ID/", {"metadata": {"n": 1}}),
        (Mem0Done, "POST", "/v1/feedback/", {"memory_id": "ID", "feedback": "NEGATIVE"}),
        (Mem0Done, "PUT", "/v1/batch/", {"memories": [{"memory_id": "ID", "text": "So."}]}),
        (Mem0Entities, "GET", "/v1/entities/", None),
        (Mem0Profile, "GET", "/v2/entities/user/u1/profile/", None),
        (Mem0Done, "DELETE", "/v1/memories/ID/", None),
        (Mem0Deleted, "DELETE", "/v1/memories/?user_id=nobody", None),
        (Mem0Deleted, "DELETE", "/v2/entities/run/nobody/", None),
    ],
)
def test_an_answer_has_its_model_s_keys_and_no_other(
    lasting: Site, model: type[BaseModel], method: str, path: str, body: Any
) -> None:
    [id_] = added(lasting, f"I like {method} {path}.", user_id="u1", app_id="shop")
    held = {"memory_id": id_} | {"memories": [{"memory_id": id_, "text": "So it is now."}]}
    body = {k: held.get(k, v) for k, v in body.items()} if body else body

    answer = lasting.client.request(method, path.replace("ID", id_), json=body)

    assert answer.status_code == 200, answer.text
    assert missing(model, answer.content) - {"Mem0Result.reason"} == set()


def test_a_history_has_its_model_s_keys(lasting: Site) -> None:
    [id_] = added(lasting, "I like history.", user_id="u1")
    lasting.client.put(f"/v1/memories/{id_}/", json={"text": "I love history."})

    versions = lasting.client.get(f"/v1/memories/{id_}/history/").json()

    read = TypeAdapter(list[Mem0Version]).validate_python(versions)
    assert [one.event for one in read] == ["ADD", "UPDATE"]
    assert versions[0].keys() == Mem0Version.model_fields.keys()


def test_who_says_token_reads_a_problem_in_plain_json(lasting: Site) -> None:
    """The package looks into nothing else for what went wrong."""
    bearer = lasting.client.headers["Authorization"]
    token = {"Authorization": bearer.replace("Bearer", "Token")}

    def kind(answer: Response) -> str:
        assert answer.json()["status"] == answer.status_code >= 400
        assert answer.json()["detail"]
        return str(answer.headers["content-type"])

    for method, path, content in (
        ("GET", "/v1/memories/nothing/", None),
        ("POST", ADD, b"{"),
        ("POST", ADD, b"{}"),
        ("GET", "/v1/nothing", None),
        ("GET", "/v1/summary/", None),
        ("POST", ADD, b"x" * 9_000_000),
    ):
        asked_twice = [
            lasting.client.request(method, path, content=content, headers=headers)
            for headers in ({}, token)
        ]
        assert [kind(one) for one in asked_twice] == [PROBLEM, "application/json"]
    garbage = lasting.client.get("/v1/ping/", headers={"Authorization": "Token garbage"})
    assert kind(garbage) == "application/json"


def test_the_scheme_is_taken_for_all_routes(lasting: Site) -> None:
    token = lasting.client.headers["Authorization"].replace("Bearer", "Token")

    for scheme in (token, token.replace("Token", "tOKEN")):
        assert lasting.client.get("/v1/keys", headers={"Authorization": scheme}).status_code == 200


def test_a_tenant_s_clients_see_its_memories_alone(site: Site) -> None:
    [ours] = added(site, "Ours.", user_id="u1")
    headers = site.key(Role.ADMIN, tenant="other")
    whose = {"filters": {"user_id": "u1"}}

    assert site.client.post(LIST, json=whose, headers=headers).json()["results"] == []
    found = site.client.post(SEARCH, json={"query": "Ours", **whose}, headers=headers)
    assert found.json()["results"] == []
    assert site.client.get(f"/v1/memories/{ours}/", headers=headers).status_code == 404
    assert site.client.get("/v1/entities/", headers=headers).json()["count"] == 0
    everything = dict.fromkeys(("user_id", "agent_id", "app_id", "run_id"), "*")
    wiped = site.client.delete("/v1/memories/", params=everything, headers=headers)
    assert wiped.json()["deleted"] == 0
    site.client.delete("/v2/entities/user/u1/", headers=headers)
    assert site.client.get(f"/v1/memories/{ours}/").status_code == 200


def test_an_application_is_kept_when_metadata_are_replaced(site: Site) -> None:
    [id_] = added(site, "Ours.", app_id="shop", metadata={"n": 1})
    path = f"/v1/memories/{id_}/"

    changed = site.client.put(path, json={"metadata": {"m": 2}}).json()

    assert (changed["app_id"], changed["metadata"]) == ("shop", {"m": 2})
    assert site.get(id_, agent=DEFAULT)["metadata"] == {"app_id": "shop", "m": 2}


def test_feedback_strengthens_and_weakens(site: Site) -> None:
    after = []
    for feedback in ("POSITIVE", "NEGATIVE", "VERY_NEGATIVE"):
        [id_] = added(site, f"Thing {feedback}.", user_id="u1")
        site.clock.advance(timedelta(days=3))
        body = {"memory_id": id_, "feedback": feedback}
        assert site.client.post("/v1/feedback/", json=body).status_code == 200
        after.append(site.get(id_, agent=DEFAULT)["stability_days"])

    assert after[0] > after[1] > after[2]


@pytest.mark.parametrize("reads", range(1, 9))
def test_what_was_linked_may_go_while_it_is_erased(
    site: Site, monkeypatch: pytest.MonkeyPatch, reads: int
) -> None:
    """The older one's end comes between two readings of the clock, whichever they are."""
    whose: dict[str, Any] = {"user_id": "u1", "infer": False}
    [old] = added(site, "The office of the company is in Porto.", timestamp=1767225600, **whose)
    [new] = added(site, "The office of the company is in Faro.", timestamp=1769904000, **whose)
    assert site.get(old, agent=DEFAULT)["status"] == "superseded"
    end = site.clock.now() + timedelta(seconds=reads)
    site.patch(old, agent=DEFAULT, expires_at=end.isoformat())
    standing = site.clock.now

    def ticking() -> datetime:
        site.clock.advance(timedelta(seconds=1))
        return standing()

    monkeypatch.setattr(site.clock, "now", ticking)
    path = f"/v1/memories/{new}/"
    answer = site.client.delete(path, params={"delete_linked": True})
    assert answer.status_code == 200, answer.text
    assert site.client.get(path).status_code == 404
    again = site.client.delete(path, params={"delete_linked": True})
    assert again.status_code == 404


def test_what_was_linked_goes_first(site: Site) -> None:
    """So that what stops on the way can be asked for again by the same id."""
    whose: dict[str, Any] = {"user_id": "u1", "infer": False}
    chain = [
        added(site, f"The office of the company is in {city}.", timestamp=stamp, **whose)[0]
        for city, stamp in (("Porto", 1767225600), ("Faro", 1769904000), ("Braga", 1772323200))
    ]
    path = f"/v1/memories/{chain[-1]}/"
    assert site.client.delete(path, params={"delete_linked": True}).status_code == 200

    records = site.client.get("/v1/audit", params={"action": "memory.erased"}).json()["records"]
    assert [one["target"] for one in records] == chain


def test_an_update_has_no_wording_of_its_own() -> None:
    text = UpdateBody.model_json_schema()["properties"]["text"]

    assert "default" not in text


def test_what_is_past_its_last_day_is_gone(site: Site) -> None:
    [id_] = added(site, "Ours.", user_id="u1", expiration_date="2026-03-01")
    listed = {"filters": {"user_id": "u1"}}

    assert site.client.post(LIST, json=listed).json()["count"] == 1
    site.clock.advance(datetime(2026, 3, 2, tzinfo=UTC) - site.clock.now())
    assert site.client.post(LIST, json=listed).json()["count"] == 0
    assert site.client.get(f"/v1/memories/{id_}/").status_code == 404
    assert site.client.get("/v1/entities/").json()["count"] == 0


def test_what_is_held_back_counts_for_nothing(site: Site) -> None:
    added(site, "Ours.", user_id="u1")
    restricted = {"subject_id": "u1", "restricted": True}
    assert site.client.post("/v1/subjects/restrict", json=restricted).status_code == 200

    assert site.client.post(LIST, json={"filters": {"user_id": "u1"}}).json()["count"] == 0
    assert site.client.get("/v1/entities/").json()["count"] == 0


def test_a_filter_in_a_query_may_be_json_or_as_python_writes_it(site: Site) -> None:
    for written in ('{"user_id": "u1", "app_id": null}', "{'user_id': 'u1', 'app_id': None}"):
        added(site, "Ours.", user_id="u1")
        answer = site.client.delete("/v1/memories/", params={"filters": written})
        assert answer.json()["deleted"] == 1, answer.text
    for broken in ("{", "[1]", "{1: 2}", "print(1)", "(" * 500):
        answer = site.client.delete("/v1/memories/", params={"filters": broken})
        assert answer.status_code == 422
    metadata = {"user_id": "u1", "metadata": '{"n": 1}'}
    [kept] = added(site, "Kept.", user_id="u1", metadata={"n": 2})
    added(site, "Not kept.", user_id="u1", metadata={"n": 1})
    assert site.client.delete("/v1/memories/", params=metadata).json()["deleted"] == 1
    assert site.client.get(f"/v1/memories/{kept}/").status_code == 200


def wiped(site: Site, headers: dict[str, str] | None = None, **query: str) -> Any:
    answer = site.client.delete("/v1/memories/", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["deleted"]


def test_delete_all_erases_in_all_agents_unless_one_is_named(site: Site) -> None:
    def there() -> set[str]:
        found = site.client.post(LIST, json={"filters": {"OR": EVERYWHERE}}).json()["results"]
        return {one["memory"] for one in found}

    EVERYWHERE = [{"agent_id": "*"}, {"user_id": "*"}, {"app_id": "*"}]  # noqa: N806
    for agent in ({}, {"agent_id": "a1"}, {"agent_id": "b1"}):
        for user in ("u1", "u2", "u3"):
            name = f"{user} of {agent.get('agent_id')}"
            added(site, name, user_id=user, metadata={"n": 1}, app_id="shop", **agent)

    assert wiped(site, user_id="u1", agent_id="a1") == 1
    assert wiped(site, filters='{"user_id": "u1", "agent_id": "a1"}') == 0
    seen = site.key(Role.AGENT, agents="b*")
    assert wiped(site, seen, user_id="u1") == 1
    assert "u1 of None" in there()
    assert wiped(site, user_id="u1") == 1
    assert wiped(site, filters='{"OR": [{"user_id": "u2"}, {"user_id": "nobody"}]}') == 3
    assert there() == {"u3 of None", "u3 of a1", "u3 of b1"}
    assert wiped(site, app_id="shop", metadata='{"n": 2}') == 0
    assert wiped(site, app_id="shop", metadata='{"n": 1}') == 3


def test_delete_all_refuses_what_is_no_filter_were_there_no_agents(site: Site) -> None:
    params = {"filters": '{"user_id": "u1", "nothing": 1}'}

    assert site.client.delete("/v1/memories/", params=params).status_code == 422


@pytest.mark.parametrize(
    "filters",
    [
        '{"user_id": null}',
        '{"user_id": 1}',
        '{"user_id": {"eq": null}}',
        '{"user_id": {"ne": "x"}}',
        '{"user_id": {"in": [null]}}',
        '{"user_id": {"in": ["u1", null]}}',
        '{"user_id": {"in": []}}',
        '{"user_id": {"nin": ["x"]}}',
        '{"user_id": {"contains": ""}}',
        '{"agent_id": {"ne": "x"}}',
        '{"NOT": [{"user_id": "x"}]}',
        '{"OR": [{"user_id": "u1"}, {"user_id": {"ne": "u1"}}]}',
    ],
)
def test_delete_all_refuses_what_names_nobody(site: Site, filters: str) -> None:
    kept = [*added(site, "Of nobody."), *added(site, "Of somebody.", user_id="u1")]

    answer = site.client.delete("/v1/memories/", params={"filters": filters})

    assert answer.status_code == 422, answer.text
    assert "erases everything" in answer.text
    assert all(site.client.get(f"/v1/memories/{one}/").status_code == 200 for one in kept)


@pytest.mark.parametrize("filters", ['{"user_id": {"eq": "u1"}}', '{"user_id": {"in": ["u1"]}}'])
def test_a_condition_may_name_somebody(site: Site, filters: str) -> None:
    added(site, "Of somebody.", user_id="u1")
    added(site, "Of another.", user_id="u2")

    assert wiped(site, filters=filters) == 1


@pytest.mark.parametrize(
    "written",
    [
        '{"user_id": "\\ud800"}',
        "{'user_id': '\\ud800'}",
        '{"user_id": "u1", "metadata": {"\\udfff": 1}}',
        "{'user_id': {'u1'}}",
        "{'user_id': b'u1'}",
        "{'user_id': 'u1', 'metadata': {'n': 1j}}",
        "{'user_id': 'u1', 'metadata': {(1, 2): 1}}",
        "{'user_id': 'u1', 'AND': [{1: 2}]}",
        '{"user_id": "u1", "metadata": {"n": NaN}}',
        "{'user_id': 'u1', 'metadata': {'n': 0x" + "f" * 5000 + "}}",
        '{"user_id": "u1", "AND": ' + "[" * 3000 + "]" * 3000 + "}",
    ],
)
def test_what_json_cannot_hold_is_refused(site: Site, written: str) -> None:
    for query in ({"filters": written}, {"user_id": "u1", "metadata": written}):
        answer = site.client.delete("/v1/memories/", params=query)
        assert answer.status_code in {200, 422}, answer.text
    assert site.client.delete("/v1/memories/", params={"filters": written}).status_code == 422


def test_the_pattern_of_an_id_lets_all_through_that_are_handed_out() -> None:
    long = outer(Place("é" * 256, "m" * 128), DEFAULT)

    assert len(long) < 4096
    assert re.search(OUTER_PATTERN, long)

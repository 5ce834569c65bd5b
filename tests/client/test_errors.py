"""Errors of the client: the tree, what becomes of problems, and that no key is ever shown."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable

import httpx
import pytest

from memsvc import errors as house
from memsvc.client import AsyncMemsvc, Memsvc, errors
from memsvc.client.credentials import KEY_VARIABLE, URL_VARIABLE
from memsvc.client.errors import MemsvcError, Refused, refusal
from memsvc.errors import MemsvcError as ServiceError
from tests.serving.server import KEY

ROW = re.compile(r"^    (?P<rails>(?:│   |    )*)(?:├── |└── )(?P<name>\w+)", re.MULTILINE)
NOT_MEMSVC = "http://127.0.0.1:9"


def tree() -> list[type[MemsvcError]]:
    return [
        one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, MemsvcError)
    ]


def test_the_tree_is_drawn_as_it_is() -> None:
    assert errors.__doc__ is not None
    above, drawn = ["MemsvcError"], {}
    for row in ROW.finditer(errors.__doc__):
        above = above[: len(row["rails"]) // 4 + 1]
        drawn[row["name"]] = above[-1]
        above.append(row["name"])

    assert drawn == {
        one.__name__: one.__bases__[0].__name__ for one in tree() if one is not MemsvcError
    }


def problem(status: int, code: str, **more: object) -> bytes:
    told = {"type": f"urn:{code}", "title": "So", "status": status, "detail": "Do this."}
    return json.dumps(told | {"code": code, "request_id": "r1"} | more).encode()


DELIBERATE = [
    one
    for one in vars(house).values()
    if isinstance(one, type) and issubclass(one, ServiceError) and one is not ServiceError
]


@pytest.mark.parametrize("error", DELIBERATE, ids=lambda one: str(one.code))
def test_every_problem_of_the_service_is_a_refusal_of_its_kind(error: type[ServiceError]) -> None:
    found = refusal(error.status, problem(error.status, error.code), None)

    assert isinstance(found, Refused)
    assert type(found) is not Refused, "a class of its own, to be caught by"
    assert (found.status, found.code, found.detail) == (error.status, error.code, "Do this.")
    assert (error.status >= 500) == isinstance(found, errors.ServerFailed)
    assert found.request_id == "r1"
    assert "Do this." in str(found)


def test_a_problem_names_the_fields_at_fault_and_the_wait() -> None:
    broken = [{"location": "memories.0.content", "reason": "must not be blank"}]
    found = refusal(422, problem(422, "invalid_request", errors=broken), None)
    assert isinstance(found, errors.InvalidRequest)
    assert found.errors == (errors.BrokenRule("memories.0.content", "must not be blank"),)

    limited = refusal(429, problem(429, "rate_limited"), "2")
    assert isinstance(limited, errors.RateLimited)
    assert limited.retry_after == 2.0
    date = refusal(503, problem(503, "unavailable"), "Wed, 21 Oct 2026 07:28:00 GMT")
    assert isinstance(date, errors.Unavailable)
    assert date.retry_after is None


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'"code"', b"\xff"])
def test_what_is_no_problem_is_said_to_be_none(body: bytes) -> None:
    assert isinstance(refusal(404, body, None), errors.UnexpectedAnswer)
    assert isinstance(refusal(302, body, None), errors.UnexpectedAnswer)
    assert isinstance(refusal(502, body, None), errors.Unavailable)


@pytest.mark.parametrize("told", [{"errors": "x"}, {"errors": [1, None]}, {"detail": None}])
def test_a_problem_of_another_make_is_one_all_the_same(told: dict[str, object]) -> None:
    found = refusal(418, problem(418, "teapot", **told), None)

    assert isinstance(found, Refused)
    assert found.code == "teapot"


SECRET = "msk_" + "s3cret" * 5


def refused_by_service(served: str) -> None:
    with Memsvc(served, api_key=SECRET) as client:
        client.agent("demo").write("It rains.")


def not_reached(_served: str) -> None:
    with Memsvc(NOT_MEMSVC, api_key=SECRET, retry_for=0.0) as client:
        client.agent("demo").write("It rains.")


def no_memsvc(_served: str) -> None:
    Memsvc("http://127.0.0.1:8080/?key=1", api_key=SECRET)


def no_key(_served: str) -> None:
    Memsvc(NOT_MEMSVC, api_key=SECRET + "\n")


def no_ids(served: str) -> None:
    with Memsvc(served, api_key=SECRET) as client:
        client.agent("").write("It rains.")


def closed(served: str) -> None:
    client = Memsvc(served, api_key=SECRET)
    client.close()
    client.agent("demo").write("It rains.")


def not_json(served: str) -> None:
    with Memsvc(served, api_key=SECRET) as client:
        client.agent("demo").write("\ud800")


FAILING = [refused_by_service, not_reached, no_memsvc, no_key, no_ids, closed, not_json]


@pytest.mark.parametrize("fail", FAILING)
def test_no_traceback_shows_the_key(fail: Callable[[str], None], served: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is
        fail(served)

    told = "".join(
        traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    )
    assert SECRET not in told
    assert SECRET not in repr(caught.value)
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in str(error)
        error = error.__cause__ or error.__context__


def test_a_client_shows_where_it_goes_and_nothing_else() -> None:
    for client in (Memsvc("http://127.0.0.1:1/", api_key=SECRET), AsyncMemsvc(api_key=SECRET)):
        assert "http://127.0.0.1:" in repr(client)
        assert SECRET not in repr(client) + repr(vars(client)) + repr(vars(client._calls))
        assert SECRET not in repr(client.agent("demo")) + repr(vars(client.agent("demo")))


def test_address_and_key_come_from_the_environment(
    served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL_VARIABLE, served)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    with Memsvc() as client:
        assert client.agent("environment").write("It rains.").event == "added"
    monkeypatch.delenv(URL_VARIABLE)
    with Memsvc() as client:
        assert repr(client) == "Memsvc('http://127.0.0.1:8080')"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8080",
        "ftp://x",
        "http://",
        "http://a:b@host",
        "http://h?x=1",
        "nonsense",
    ],
)
def test_what_is_no_address_is_said_so(url: str) -> None:
    with pytest.raises(ValueError, match=r"address of the service"):
        Memsvc(url, api_key="")


def test_something_else_answers(served: str) -> None:
    with httpx.Client() as http, pytest.raises(errors.NotFound):
        Memsvc(f"{served}/elsewhere", api_key=KEY, http=http).health()

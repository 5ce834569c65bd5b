"""The error tree in the docstring, the codes and the documentation agree with the classes."""

from __future__ import annotations

import re

import pytest

from memsvc import errors
from memsvc.errors import InvalidRequest, MemsvcError, Violation
from tests.house.source import ROOT

DOCUMENT = ROOT / "docs" / "errors.md"
ROW = re.compile(
    r"^    (?P<rails>(?:│   |    )*)(?:├── |└── )(?P<name>\w+)(?: +(?P<status>\d{3}))?"
)


def deliberate() -> list[type[MemsvcError]]:
    """Every error class of the module, the base first."""
    return [
        thing
        for thing in vars(errors).values()
        if isinstance(thing, type) and issubclass(thing, MemsvcError)
    ]


def drawn() -> dict[str, tuple[str, int]]:
    """Name to parent and status, as the docstring draws them; no status: the parent's."""
    assert errors.__doc__ is not None
    rows: dict[str, tuple[str, int]] = {}
    above = [("MemsvcError", MemsvcError.status)]
    for line in errors.__doc__.splitlines():
        if row := ROW.match(line):
            above = above[: len(row["rails"]) // 4 + 1]
            parent, inherited = above[-1]
            status = int(row["status"] or inherited)
            assert row["name"] not in rows
            rows[row["name"]] = (parent, status)
            above.append((row["name"], status))
    return rows


def test_the_tree_is_drawn_as_it_is() -> None:
    assert drawn() == {
        error.__name__: (error.__bases__[0].__name__, error.status)
        for error in deliberate()
        if error is not MemsvcError
    }


def test_the_tree_has_no_second_trunk() -> None:
    assert all(len(error.__bases__) == 1 for error in deliberate())
    assert all(error.__module__ == errors.__name__ for error in deliberate())


def test_every_error_has_its_own_code_and_title() -> None:
    tree = deliberate()

    assert all("code" in vars(error) and "title" in vars(error) for error in tree)
    assert len({error.code for error in tree}) == len(tree)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", error.code) for error in tree)


def test_titles_are_sentences_without_a_stop() -> None:
    for error in deliberate():
        assert error.title[0].isupper()
        assert not error.title.endswith(".")


@pytest.mark.parametrize("error", deliberate(), ids=lambda error: error.code)
def test_an_error_without_detail_shows_its_title(error: type[MemsvcError]) -> None:
    assert str(error()) == error().detail == error.title
    assert str(error("say more")) == error("say more").detail == "say more"


def test_an_error_carries_its_violations_and_the_wait() -> None:
    broken = [Violation("a.b", "is too long")]
    error = MemsvcError("no", violations=broken, retry_after=2.5)

    assert error.violations == (Violation("a.b", "is too long"),)
    assert error.retry_after == 2.5
    assert MemsvcError().violations == ()
    assert MemsvcError().retry_after is None


def test_one_field_is_named_in_detail_and_violation() -> None:
    error = InvalidRequest.at("filters.kind", "must be text")

    assert error.detail == "filters.kind: must be text"
    assert error.violations == (Violation("filters.kind", "must be text"),)
    assert error.status == 422


@pytest.mark.skipif(not DOCUMENT.exists(), reason="docs/errors.md is not written yet")
@pytest.mark.parametrize("error", deliberate(), ids=lambda error: error.code)
def test_every_code_is_documented(error: type[MemsvcError]) -> None:
    assert f"`{error.code}`" in DOCUMENT.read_text(encoding="utf-8")

"""The page of the literature has every work once, and names nothing that is not there."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.docs.reading import DOCS, text_of
from tests.house.source import ROOT

PAGE = text_of(DOCS / "literature.md")
SECTIONS = {"Mechanisms implemented": 9, "Ideas adapted": 16, "Protocols, metrics, arguments": 24}
"""Works by how they relate to a store: implemented, adapted, only argued with."""
STATES = {"done", "partly", "nothing"}


@dataclass(frozen=True)
class Row:
    """One work, as the page tells of it."""

    work: str
    state: str
    taken: str
    where: str
    tests: str
    left_out: str


def rows_of(section: str) -> list[Row]:
    [text] = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    lines = [line for line in text.splitlines() if line.startswith("| ")][1:]
    return [Row(*(cell.strip() for cell in line.strip("|").split("|"))) for line in lines]


ROWS = [row for section in SECTIONS for row in rows_of(section)]
each_row = pytest.mark.parametrize("row", ROWS, ids=[row.work for row in ROWS])


def test_every_work_is_there_once() -> None:
    assert {section: len(rows_of(section)) for section in SECTIONS} == SECTIONS
    assert len(ROWS) == 49
    assert max(Counter(row.work for row in ROWS).values()) == 1


@each_row
def test_what_is_named_is_there(row: Row) -> None:
    modules = re.findall(r"`([^`]+)`", row.where)
    tests = re.findall(r"`([^`]+)`", row.tests)

    assert row.state in STATES
    assert bool(modules) == bool(tests) == (row.state != "nothing")
    assert [path for path in modules if not path.startswith("memsvc/")] == []
    assert [path for path in tests if not path.startswith("tests/")] == []
    assert [path for path in (*modules, *tests) if not (ROOT / path).exists()] == []


@each_row
def test_what_is_not_whole_says_what_is_missing(row: Row) -> None:
    assert row.left_out or row.state == "done"

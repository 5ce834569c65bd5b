"""Parts of pages: none is kept that no page uses."""

from __future__ import annotations

import re

from memsvc.core.memory import Status
from memsvc.dashboard.assets import ASSETS
from memsvc.dashboard.render import TEMPLATES
from tests.house.source import ROOT

PAGES = "".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "memsvc" / "dashboard" / "templates").glob("*.html"))
)


def test_tones_are_those_of_the_statuses_of_memories() -> None:
    parts = TEMPLATES.get_template("parts.html").make_module({"now": None, "csrf": ""})
    assert set(vars(parts)["TONES"]) == set(Status)


def test_every_kind_of_chart_is_drawn() -> None:
    known = set(re.findall(r'kind === "([a-z]+)"', ASSETS["charts.js"].decode()))
    code = (ROOT / "memsvc" / "dashboard" / "activity.py").read_text(encoding="utf-8")
    drawn = set(re.findall(r'(?:Chart|_counts)\(\s*"([a-z]+)"', code))
    drawn |= set(re.findall(r'parts\.chart\("([a-z]+)"', PAGES))
    assert known | {"line"} == drawn


def test_every_element_that_is_styled_by_its_name_is_on_a_page() -> None:
    styles = ASSETS["base.css"].decode()
    rule = r"^(?:[a-z0-9]+, )*([a-z][a-z0-9]*)(?=[, ][^{}]*\{)"
    named = set(re.findall(rule, styles, re.MULTILINE))
    assert {"code", "table"} & named
    assert {one for one in named if f"<{one}" not in PAGES} == set()

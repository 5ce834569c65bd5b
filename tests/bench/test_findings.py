"""The form in which all benchmarks report: as JSON, as a page, as lines, as an exit status."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.bench.client import LoadFailed
from memsvc.bench.figures import Check, Sense
from memsvc.bench.findings import Shown, Table, counted, of_json, to_json
from memsvc.bench.machine import Watch
from memsvc.bench.page import page, took
from memsvc.bench.plot import INK, bars, plot_of
from memsvc.bench.verdicts import bar_of, shortly, value_of, verdicts
from tests.bench.pages import elements, findings_of, texts

KEPT = Check.of("searches", "at most", 2.0, [1.0, 1.5, 1.25], "ms")
MISSED = Check.of("adds", "at least", 3.0, [1.0], "a second")
HOSTILE = "<script>alert('x')</script> & \"quoted\" ]]>"

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
# JSON has no half of a pair of surrogates.
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CHECKS = st.builds(
    Check.of,
    WORDS,
    st.sampled_from(["at most", "at least"]),
    FLOATS,
    st.lists(FLOATS, min_size=1, max_size=3).filter(lambda held: abs(sum(held)) < 1e300),
    WORDS,
)
TABLES = st.builds(
    Table,
    WORDS,
    st.lists(WORDS, max_size=3).map(tuple),
    st.lists(st.lists(WORDS, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple),
)
SHOWN = st.builds(
    Shown,
    WORDS,
    st.lists(TABLES, max_size=2).map(tuple),
    st.lists(CHECKS, max_size=3).map(tuple),
    st.lists(WORDS, max_size=2).map(tuple),
    st.none() | FLOATS,
)


@given(SHOWN, WORDS)
def test_json_gives_back_what_was_written(shown: Shown, failure: str) -> None:
    findings = findings_of(shown, failure=failure)

    assert of_json(to_json([findings, findings])) == (findings, findings)


@pytest.mark.parametrize("told", [b"", b"{}", b"[]", b'{"findings": [{"name": "one"}]}'])
def test_anything_else_is_no_report(told: bytes) -> None:
    with pytest.raises(LoadFailed, match="no report"):
        of_json(told)


def test_everything_on_a_page_is_escaped() -> None:
    check = replace(KEPT, what=HOSTILE, unit=HOSTILE)
    table = Table(HOSTILE, (HOSTILE,), ((HOSTILE, HOSTILE),))
    shown = Shown(HOSTILE, (table,), (check,), (HOSTILE,))
    hostile = replace(
        findings_of(shown, failure=HOSTILE), name=HOSTILE, what=HOSTILE, command=HOSTILE
    )
    html = page([hostile], [HOSTILE])

    assert "<script" not in html
    root = elements(html)
    for tag in ("h2", "caption", "th", "td", "code", "pre", "p"):
        assert any(HOSTILE in text for text in texts(root, tag)), tag


def test_a_page_needs_nothing_from_elsewhere() -> None:
    plot = plot_of(bars("Bars", "ms", {"a": {"one": 1.0}}), "Bars, in ms")
    html = page([findings_of(Shown("One", checks=(KEPT,)), (plot,))])
    root = elements(html)

    assert not re.findall(r"@import|<link|<script|<iframe|<object|<img|url\((?!#)", html)
    for element in root.iter():
        for name, value in element.attrib.items():
            if name.endswith(("href", "src")):
                assert value.startswith("#"), value
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(set(ids)) == len(ids)
    assert {value[1:] for value in _links(html)} <= set(ids)
    assert [text for text in texts(root, "title") if text] == [
        "memsvc 1.2.3: benchmarks of 2026-11-26"
    ]


def _links(html: str) -> list[str]:
    return re.findall(r'href="(#[^"]+)"', html)


def test_a_page_begins_with_every_bar_and_its_verdict() -> None:
    one = findings_of(Shown("First", checks=(KEPT, MISSED)))
    failed = findings_of(Shown(""), failure="no server")
    none = replace(findings_of(Shown("Last")), name="last")
    root = elements(page([one, failed, none], ["locomo"]))
    rows = ["|".join(texts(row, "td")) for row in next(root.iter("table")).iter("tr")]

    assert rows == [
        "",
        "searches|1.25 (1 to 1.50)|at most 2|ms|pass",
        "adds|1|at least 3|a second|miss",
        "could not be measured|failed",
        "no bar, figures alone",
    ]
    assert texts(root, "h2") == ["All bars", "First", "One", "Last", "Where it was measured"]
    assert "no server" in texts(root, "pre")
    assert texts(root, "code") == ["memsvc bench one"] * 3
    told = " ".join(texts(root, "p"))
    assert "1 of 2 bars kept, 1 missed; 1 benchmark could not be measured" in told
    assert "Left out: locomo." in told
    assert "a <processor>, 2 cores; 90 s in all" in told


@pytest.mark.parametrize(("others", "busy"), [(None, False), (0.15, False), (0.16, True)])
def test_a_busy_machine_is_warned_of(others: float | None, *, busy: bool) -> None:
    findings = replace(findings_of(Shown("One")), others=others)
    html = page([findings])

    assert findings.too_busy is busy
    assert html.count("Too busy to judge") == (2 if busy else 0)
    assert ("nobody knows what other programs used" in html) is (others is None)


def test_drawings_take_the_colour_of_the_page_and_share_no_id() -> None:
    series = {"a": {"one": 1.0, "two": 2.0}, "b": {"two": 3.0}}
    plots = tuple(plot_of(bars(f"T{at} <&>", "ms", series), "T <&> \"'") for at in range(2))
    root = elements(page([findings_of(Shown("One"), plots)]))

    for plot in plots:
        assert INK not in plot.svg
        assert "currentColor" in plot.svg
        assert "metadata" not in plot.svg
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(set(ids)) == len(ids)
    assert {"T0 <&>", "T1 <&>"} <= set(texts(root, "{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize(
    ("checks", "failure", "status", "told"),
    [
        ((KEPT,), "", 0, "1 of 1 bar kept, 0 missed"),
        ((KEPT, MISSED), "", 1, "1 of 2 bars kept, 1 missed"),
        ((), "", 0, "no bars"),
        ((), "why", 2, "no bars; 1 benchmark could not be measured"),
    ],
)
def test_status(checks: tuple[Check, ...], failure: str, status: int, told: str) -> None:
    findings = findings_of(Shown("One", checks=checks), failure=failure)

    assert findings.status == status
    assert counted([findings]) == told


def test_lines_of_bars() -> None:
    lines = list(verdicts([KEPT, MISSED, Check.of("lost", "at most", 0, [0], "")]))

    assert [line.split()[-1] for line in lines[:-1]] == ["bar", "pass", "MISS", "pass"]
    assert " ".join(lines[1].split()) == "searches 1.25 (1 to 1.50) ms at most 2 ms pass"
    assert list(verdicts([])) == []


@pytest.mark.parametrize(
    ("value", "told"), [(0, "0"), (1234.0, "1,234"), (0.256, "0.26"), (float("inf"), "inf")]
)
def test_figures_are_short(value: float, told: str) -> None:
    assert shortly(value) == told


@pytest.mark.parametrize("sense", ["at most", "at least"])
def test_bars_in_words(sense: Sense) -> None:
    check = Check.of("adds", sense, 2000, [1.0])

    assert bar_of(check) == f"{sense} 2,000"
    assert value_of(check) == "1"


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.25, "0.2 s"), (61, "61 s"), (600, "10 min"), (7200, "2.0 h")]
)
def test_durations(seconds: float, told: str) -> None:
    assert took(seconds) == told


def test_own_work_is_not_others() -> None:
    watch = Watch()
    own = sum(number * number for number in range(2_000_000))

    assert own > 0
    assert watch.seconds > 0
    assert watch.others is None or 0.0 <= watch.others <= 1.0

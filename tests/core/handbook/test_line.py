"""Lines hold nothing that could not be shown on one line."""

from __future__ import annotations

import pytest
from hypothesis import given

from memsvc.core.handbook.line import (
    LONGEST,
    MOST_TOPICS,
    Line,
    instruction_of,
    sources_of,
    topics_of,
)
from tests.core.handbook.lines import LINES, ODD, line


@given(ODD)
def test_an_instruction_is_clean_or_refused(text: str) -> None:
    try:
        said = instruction_of(text)
    except ValueError:
        return
    assert instruction_of(said) == said
    assert len(said.splitlines()) == 1
    assert said == " ".join(said.split())
    assert "\u200b" not in said


@pytest.mark.parametrize("text", ["", " \u200b ", "one\ntwo", "one\u2028two", "x" * (LONGEST + 1)])
def test_what_is_no_instruction(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        instruction_of(text)


def test_instructions_keep_what_they_mean() -> None:
    assert instruction_of("  If x < 3,\ttake [3] \n") == "If x < 3, take [3]"
    assert len(instruction_of("x" * LONGEST)) == LONGEST


def test_topics_are_a_set() -> None:
    assert topics_of(["Physics", "arithmetic ", "physics", "a,b"]) == (
        "a b",
        "arithmetic",
        "physics",
    )
    with pytest.raises(ValueError, match="at most"):
        topics_of(map(str, range(MOST_TOPICS + 1)))
    for wrong in ("", ",", "x" * 65):
        with pytest.raises(ValueError, match="each"):
            topics_of([wrong])


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "check_units"), ("instruction", "two\nlines"), ("instruction", " x"),
     ("topics", ("b", "a")), ("topics", ("A",))],
)  # fmt: skip
def test_no_line_is_otherwise(field: str, value: object) -> None:
    fields = {"name": "behavior_x", "instruction": "x", field: value}
    with pytest.raises(ValueError, match=r"name|instruction|topics|must"):
        Line(**fields)  # type: ignore[arg-type]


@given(LINES)
def test_lines_are_values(one: Line) -> None:
    assert hash(one) == hash(Line(**{name: getattr(one, name) for name in Line.__slots__}))


def test_sources_are_kept_in_order() -> None:
    assert sources_of(("b", "a"), ("a", "c")) == ("b", "a", "c")
    assert line().source_ids == ()

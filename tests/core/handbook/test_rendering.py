"""The handbook shown: nothing breaks out of the block, and a file that is read back is the same."""

from __future__ import annotations

import json

import pytest
import yaml  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.line import BehaviorStatus, Line, ProposedBy
from memsvc.core.handbook.rendering import (
    CLOSING,
    LONGEST_FILE,
    OPENING,
    as_json,
    block,
    markdown,
    parse,
    skill,
)
from memsvc.core.handbook.suspicion import suspicions
from memsvc.core.memory import Trust
from tests.core.handbook.lines import LINES, ODD, line

BOOKS = st.lists(LINES, max_size=6, unique_by=lambda one: one.name)

CHECK = line(name="behavior_check_units")
GUESS = line("Never guess.", name="behavior_never_guess", topics=("arithmetic", "physics"))


def candidates(lines: list[Line]) -> list[Line]:
    """What the lines are when nothing is known of them but what a file says."""
    return [
        Line(
            name=one.name,
            instruction=one.instruction,
            topics=one.topics,
            flagged=suspicions(one.instruction, one.name),
        )
        for one in sorted(lines, key=lambda one: (one.topics, one.name))
    ]


@given(BOOKS)
def test_a_file_read_back_gives_the_same_lines_as_candidates(lines: list[Line]) -> None:
    assert list(parse(markdown(lines))) == candidates(lines)
    assert list(parse(markdown(lines).replace("\n", "\r\n"))) == candidates(lines)
    assert markdown(parse(markdown(lines))) == markdown(lines)


@given(BOOKS, ODD)
def test_a_skill_begins_with_name_and_description(lines: list[Line], told: str) -> None:
    text = skill(lines, "Check Units!", told)
    head, body = text.removeprefix("---\n").split("\n---\n", 1)

    read = yaml.safe_load(head)
    assert read["name"] == "check-units"
    assert read.keys() == {"name", "description"}
    assert body == "\n" + markdown(lines)
    assert list(parse(text)) == candidates(lines)


def test_a_file_as_people_see_it() -> None:
    assert markdown([GUESS, CHECK]) == (
        "# Behavior handbook\n\n"
        "Where you use one of these, cite it by its name.\n\n"
        "## Everywhere\n\n"
        "- `behavior_check_units`: Check the units before you add.\n\n"
        "## For arithmetic, physics\n\n"
        "- `behavior_never_guess`: Never guess.\n"
    )
    assert parse("") == ()
    assert parse(markdown([])) == ()


def test_a_file_that_somebody_wrote() -> None:
    text = (
        "# Our agents\n- Use tabs.\n\n## For physics\n"
        "* **behavior_a**: Say\n  so, in\n  full.\n"
        "- behavior_b : Two \\* three, `x\\n`\n"
        "## Elsewhere\n"
        "+ `behavior_c`: Third\n"
        "<!-- - `behavior_d`: Hidden. -->\n<!--\n- `behavior_d`: Hidden.\n-->\n"
        "```\n- `behavior_e`: An example.\n```\n"
        "    - `behavior_f`: Code.\n"
    )
    found = parse(text, Trust.WEB)

    assert [(one.name, one.instruction, one.topics) for one in found] == [
        ("behavior_a", "Say so, in full.", ("physics",)),
        ("behavior_b", "Two * three, `x\\n`", ("physics",)),
        ("behavior_c", "Third", ()),
    ]
    assert {one.trust for one in found} == {Trust.WEB}


def test_a_comment_cannot_be_made_by_an_instruction() -> None:
    sly = [line("See <!-- this", name="behavior_a"), line("and --> that", name="behavior_b")]

    assert "\\<!--" in markdown(sly)
    assert [one.name for one in parse(markdown(sly))] == ["behavior_a", "behavior_b"]


def test_what_a_file_hides_is_flagged() -> None:
    (found,) = parse("- `behavior_a`: Say\u200b so.\n")
    assert (found.instruction, found.flagged) == ("Say so.", ("hidden",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n- `behavior_a`: x\n- `behavior_a`: y", "line 3: the name is given twice"),
        ("- `behavior_a__b`: x", "line 1: the name is not written"),
        ("- `behavior_a`:", "line 1: must not be empty"),
        ("<!--\n\n-->\n- `behavior_a`: " + "x" * 301, "line 4: must be of at most"),
        ("## For " + "x" * 65 + "\n- `behavior_a`: x", "line 2: each"),
        ("x" * (LONGEST_FILE + 1), "the file must be"),
        ("".join(f"- `behavior_a{n}`: x\n" for n in range(2001)), "more than 2000"),
    ],
)
def test_files_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(text)


@given(st.one_of(ODD, ODD.map("- `behavior_a`: {}".format), st.text()))
def test_reading_fails_in_one_way_only(text: str) -> None:
    try:
        found = parse(text)
    except ValueError:
        return
    assert all(one.status is BehaviorStatus.CANDIDATE and not one.approved for one in found)


@given(st.lists(LINES, min_size=1, max_size=5, unique_by=lambda one: one.name), ODD)
def test_nothing_breaks_out_of_the_block(lines: list[Line], task: str) -> None:
    rows = block(lines, task).splitlines()
    start = rows.index(OPENING)

    assert start <= 2
    assert rows[-1] == CLOSING
    assert len(rows) == start + len(lines) + 2
    for row, one in zip(rows[start + 1 : -1], lines, strict=True):
        assert row.startswith(f"{one.name}: ")
        assert "<" not in row
    assert lines[0].name in rows[0]


def test_a_block_asks_to_cite_by_name() -> None:
    text = block([CHECK, GUESS], "Add 3 m\nand 2 ft")

    assert "cite each one you use by its name, such as behavior_check_units" in text
    assert "The task: Add 3 m / and 2 ft" in text
    assert text.index("behavior_check_units: Check") < text.index("behavior_never_guess: Never")
    assert "The task" not in block([CHECK])
    assert block([], "Add") == ""


@given(BOOKS)
def test_json_tells_all_of_a_line(lines: list[Line]) -> None:
    read = json.loads(json.dumps(as_json(lines)))
    again = [
        Line(
            name=one["name"],
            instruction=one["instruction"],
            topics=tuple(one["topics"]),
            status=BehaviorStatus(one["status"]),
            trust=Trust(one["trust"]),
            source_ids=tuple(one["source_trace_ids"]),
            proposed_by=ProposedBy(one["proposed_by"]),
            approved=one["approved"],
            flagged=tuple(one["flagged"]),
        )
        for one in read
    ]
    assert again == lines


def test_a_skill_needs_a_name() -> None:
    with pytest.raises(ValueError, match="name"):
        skill([CHECK], "\u691c\u7b97", "x")

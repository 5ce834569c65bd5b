"""Finished subgoals that share a line."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.chapters import Chapter, chapters_of, line_of, merged
from memsvc.core.subgoals import Finished
from tests.core.made import memory


def finished(name: str, content: str, *, met: bool = True) -> Finished:
    return Finished(name, memory(content=content), met, ())


MAIL = finished("find the mail", "The mail lies in the archive.")
OPEN = finished("open the mail", "The mail was empty.", met=False)
ROOM = finished("book a room", "Room 4 is booked.")
WALK = finished("walk the dog", "The dog is tired.")


def a_line_each(_chapter: Chapter) -> int:
    return 1


def names(chapters: Sequence[Chapter]) -> list[list[str]]:
    return [[one.name for one in chapter] for chapter in chapters]


def test_the_most_alike_neighbours_are_merged_first() -> None:
    chapters = chapters_of([ROOM, MAIL, OPEN, WALK])
    found = merged(chapters, a_line_each, 3)

    assert names(found) == [["book a room"], ["find the mail", "open the mail"], ["walk the dog"]]


def test_those_apart_are_not_merged_however_alike() -> None:
    found = merged(chapters_of([MAIL, ROOM, OPEN]), a_line_each, 2)

    assert names(found) in (
        [["find the mail", "book a room"], ["open the mail"]],
        [["find the mail"], ["book a room", "open the mail"]],
    )


def test_of_pairs_as_much_alike_the_oldest_are_merged() -> None:
    found = merged(chapters_of([ROOM, WALK, MAIL]), a_line_each, 2)

    assert names(found) == [["book a room", "walk the dog"], ["find the mail"]]


def test_what_fits_stays_and_what_never_fits_is_as_it_was() -> None:
    chapters = chapters_of([ROOM, MAIL, OPEN])

    assert merged(chapters, a_line_each, 99) == chapters
    assert merged(chapters, a_line_each, 0) == chapters
    assert merged([], a_line_each, 0) == []


def test_a_line_names_all_and_tells_what_came_of_the_last() -> None:
    assert line_of((MAIL,)) == "find the mail: The mail lies in the archive. (met)"
    assert line_of((ROOM, MAIL, OPEN)) == (
        "book a room (met), find the mail (met), open the mail: The mail was empty. (not met)"
    )


def test_a_line_is_one_whatever_was_stored() -> None:
    wicked = finished("a\nb", "</memories>\nc")

    assert "\n" not in line_of((wicked, wicked))
    assert "</memories>" not in line_of((wicked, wicked))


@given(
    st.lists(st.sampled_from([MAIL, OPEN, ROOM, WALK]), max_size=12),
    st.integers(0, 12),
)
def test_nothing_is_lost_or_moved(held: list[Finished], lines: int) -> None:
    found = merged(chapters_of(held), a_line_each, lines)

    assert [one for chapter in found for one in chapter] == held
    assert len(found) <= lines or found == chapters_of(held)


def test_hundreds_are_merged_at_once() -> None:
    held = [finished(f"goal {at}", f"Result {at} of {at % 7}.") for at in range(400)]

    assert len(merged(chapters_of(held), a_line_each, 10)) == 10

"""What is the same statement to a reader, and what only looks like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.memory import Kind, Memory
from memsvc.core.repetition import FEWEST_WORDS, apart, without_repetitions, words
from tests.core.made import memory


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Hello, World!", ["hello", "world"]),
        ("  \u201cDon't\u201d \u2014 she said\u2026 ", ["don't", "she", "said"]),
        ("a-b 3.5 (x)", ["a-b", "3.5", "x"]),
        ("?!", []),
    ],
)
def test_words_are_bare(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    "again",
    [
        {"content": "ann moved to lisbon!"},
        {"content": "\u201cAnn  moved\nto Lisbon\u2026\u201d"},
        {"content": "Ann moved to Lisbon", "kind": Kind.SEMANTIC},
        {"content": "Ann moved to Lisbon", "session_id": "another"},
    ],
)
def test_the_same_words_are_shown_once(again: dict) -> None:
    first, second = memory(), memory(id="m2", number=2, **again)

    assert without_repetitions([first, second]) == [first]
    assert without_repetitions([second, first]) == [second]


@pytest.mark.parametrize(
    "other",
    [
        {"content": "Ann never moved to Lisbon"},
        {"content": "Lisbon moved to Ann"},
        {"content": "Ann moved to Lisbon 2"},
        {"speaker": "Bob"},
        {"role": "assistant"},
        {"user_id": "u2"},
        {"subject_ids": ("u2",)},
    ],
)
def test_another_statement_stays(other: dict) -> None:
    both = [memory(), memory(id="m2", number=2, **other)]

    assert without_repetitions(both) == both


def test_signs_alone_are_compared_as_they_are() -> None:
    both = [memory(content="!!"), memory(id="m2", content="??"), memory(id="m3", content="!!")]

    assert without_repetitions(both) == both[:2]


LONG = "We drove to the old harbour of Lisbon and ate grilled fish with Ben there"


def repeats(one: str, other: str) -> bool:
    """Whether the other nearly repeats the one; it is the same the other way round."""
    there, back = (
        apart([memory(content=a), memory(content=b)]) for a, b in [(one, other), (other, one)]
    )
    assert there == back
    assert there in (([0], [1]), ([0, 1], []))
    return there == ([0], [1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG, LONG),
        (LONG, LONG.upper() + "!"),
        (LONG, f"  \u201c{LONG}\u2026\u201d"),
        (LONG, LONG.replace("grilled ", "")),
        (LONG, LONG.replace("grilled", "fried")),
        (LONG, f"{LONG}, really"),
        (LONG, f"really, {LONG}"),
        (LONG, f"{LONG} there"),
        (f"{LONG} 3 times", f"{LONG} too 3 times"),
        (f"{LONG} on Monday", f"{LONG} too on monday"),
        ("we ate the grilled fish with her there", "we ate grilled fish with her there"),
        (LONG + " then" * 49, LONG.replace("ate grilled fish", "had tasty food") + " then" * 49),
        (" ".join([LONG] * 9), " ".join([LONG] * 9)),
        ("Ann moved", "ann MOVED."),
        ("3 cats", "3 cats!"),
        ("no", "No."),
        ("!!", "!!"),
    ],
)
def test_nearly_the_same_words_repeat(one: str, other: str) -> None:
    assert repeats(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG, LONG.replace("grilled", "fried").replace("drove", "went")),
        (LONG, f"{LONG}, on a cold and windy day"),
        (LONG, LONG[: len(LONG) // 2]),
        (LONG, LONG.replace("old harbour", "harbour old")),
        (LONG, LONG.replace("fish with Ben there", "there with Ben fish")),
        (
            f"{LONG} {LONG.lower()} again",
            f"{LONG} {LONG.lower().replace('fish with', 'with fish')}",
        ),
        (" ".join([LONG] * 9), " ".join([LONG] * 9) + " really"),
        (LONG, f"Really, {LONG}"),
        (LONG, LONG.replace("Ben", "Ann")),
        (LONG, LONG.replace("Lisbon", "Porto")),
        (LONG, LONG.replace("with Ben ", "")),
        (LONG, LONG.replace("We", "They")),
        (LONG.lower(), LONG.lower().replace("we", "they")),
        (f"{LONG} on Monday", f"{LONG} on Friday"),
        (f"{LONG} on mondays", f"{LONG} on fridays"),
        (f"{LONG} in march", f"{LONG} in august"),
        (f"{LONG} in summer", f"{LONG} in winter"),
        (f"{LONG} yesterday", f"{LONG} today"),
        (f"{LONG} every morning", f"{LONG} every evening"),
        (f"{LONG} twenty-one times", f"{LONG} twenty-two times"),
        (f"all {LONG}", f"some {LONG}"),
        (
            "the meeting is on Monday with the whole finance team",
            "the meeting is on Friday with the whole finance team",
        ),
        ("Ana lent Ben the money", "Ben lent Ana the money"),
        ("ana lent ben the money", "ben lent ana the money"),
        ("Ann moved to Lisbon", "to Lisbon Ann moved!"),
        (f"{LONG} 3 times", f"{LONG} 4 times"),
        (f"{LONG} 3 times", f"{LONG} times"),
        (f"{LONG} at 3 for 5", f"{LONG} at 5 for 3"),
        (f"{LONG} on 2023-05-07", f"{LONG} on 2023-05-08"),
        (f"{LONG} and two others", f"{LONG} and three others"),
        (f"{LONG} \u0663", f"{LONG} \u0664"),
        (LONG, LONG.replace("ate", "never ate")),
        (LONG, LONG.replace("with", "without")),
        (LONG, f"No, {LONG}"),
        (f"It is so that {LONG}", f"It isn't so that {LONG}"),
        (f"They did like that {LONG}", f"They didn\u2019t like that {LONG}"),
        (f"They would like that {LONG}", f"They wouldn't like that {LONG}"),
        ("Ann moved to Lisbon", "Ann moved to Porto"),
        ("Ann moved to Lisbon", "Ann moved to old Lisbon"),
        ("Ann loves Bob", "Bob loves Ann"),
        ("Yes yes", "Yes"),
        ("Yes", "No"),
        ("!!", "??"),
        ("", "!"),
        ("Yes", ""),
    ],
)
def test_another_order_number_not_time_or_name_or_a_short_other_statement_adds_something(
    one: str, other: str
) -> None:
    assert not repeats(one, other)


@pytest.mark.parametrize(
    "other",
    [{"speaker": "Bob"}, {"role": "assistant"}, {"user_id": "u2"}, {"subject_ids": ("s1",)}],
)
def test_the_same_of_or_about_another_adds_something(other: dict) -> None:
    assert apart([memory(content=LONG), memory(content=LONG, **other)]) == ([0, 1], [])


@pytest.mark.parametrize("same", [{"session_id": "s"}, {"kind": Kind.SEMANTIC}, {"id": "m2"}])
def test_the_same_elsewhere_adds_nothing(same: dict) -> None:
    assert apart([memory(content=LONG), memory(content=LONG, **same)]) == ([0], [1])


def test_the_order_of_the_people_it_is_about_does_not_matter() -> None:
    both = [memory(content=LONG, subject_ids=people) for people in (("s1", "s2"), ("s2", "s1"))]

    assert apart(both) == ([0], [1])


said = st.lists(st.sampled_from("a b c d e f g h i j no 3 two ! isn't".split()), max_size=12)  # noqa: SIM905
pages = st.lists(
    st.builds(
        lambda parts, speaker: memory(content=" ".join(parts), speaker=speaker),
        said | st.permutations("a b c d e f g h i j".split()),  # noqa: SIM905
        st.sampled_from([None, "Ann"]),
    ),
    max_size=10,
)


@given(pages)
def test_every_place_is_in_one_list_and_the_first_adds_something(page: list[Memory]) -> None:
    distinct, repeated = apart(page)

    assert sorted([*distinct, *repeated]) == list(range(len(page)))
    assert distinct == sorted(distinct)
    assert repeated == sorted(repeated)
    assert distinct[:1] == [0] * bool(page)


@given(pages)
def test_what_adds_something_still_does_among_its_like(page: list[Memory]) -> None:
    distinct, _ = apart(page)
    left = [page[place] for place in distinct]

    assert apart(left) == (list(range(len(left))), [])


@given(pages)
def test_what_repeats_word_for_word_repeats(page: list[Memory]) -> None:
    distinct, _ = apart(page)

    left = [page[place] for place in distinct]
    assert without_repetitions(left) == left
    assert apart([*page, *page])[0] == distinct


short = st.text(max_size=20).filter(lambda text: len(words(text)) < FEWEST_WORDS)


@given(st.lists(short.map(lambda text: memory(content=text)), max_size=6))
def test_both_see_the_same_words(page: list[Memory]) -> None:
    page += [memory(content=f" {one.content.casefold()}!") for one in page if words(one.content)]
    distinct, _ = apart(page)

    assert distinct == [page.index(one) for one in without_repetitions(page)]


@given(pages, pages)
def test_what_follows_changes_nothing_before(page: list[Memory], more: list[Memory]) -> None:
    distinct, _ = apart([*page, *more])

    assert [place for place in distinct if place < len(page)] == apart(page)[0]


def test_of_those_that_begin_alike_the_first_are_compared() -> None:
    begin = "the four first words"
    page = [memory(content=f"{begin} {n} then {n} others follow here {n}") for n in range(20)]
    again = [memory(content=f"{one.content} indeed") for one in page]

    distinct, repeated = apart([*page, *again])

    assert distinct[:20] == list(range(20))
    assert repeated == list(range(20, 28))


def with_others(n: int, *places: int, length: int = 60) -> str:
    """A text, the same for every n but for the words at these places."""
    return " ".join(f"other{n}" if at in places else f"word{at}" for at in range(length))


@pytest.mark.parametrize(
    "page",
    [
        [with_others(n, *range(60)) for n in range(400)],
        [with_others(n, 5, 54) for n in range(400)],
        [with_others(n, 20, 40) for n in range(400)],
        [with_others(n, 30) for n in range(400)],
        [with_others(n, 0, length=200) for n in range(400)],
        [with_others(n, 4999, length=5000) for n in range(100)],
    ],
)
def test_a_page_is_told_apart_in_no_time(page: list[str]) -> None:
    memories = [memory(content=text) for text in page]

    begun = time.process_time()
    assert apart(memories)[1] == []
    assert time.process_time() - begun < 0.5

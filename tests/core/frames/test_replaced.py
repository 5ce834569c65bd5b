"""Sentences that name a former value, and what they end."""

from __future__ import annotations

import pytest

from memsvc.core.frames import frames_of
from memsvc.core.frames.replaced import MOST_FORMER, former_values, replaces, value_of
from memsvc.core.frames.slots import is_slot, sought, takes_back, things, value_keys
from memsvc.core.memory import Draft


def ends(before: str, after: str) -> bool:
    """Whether the later statement ends something that the earlier was read to say."""
    former = former_values(after)
    return any(
        value_of(frame) in former and replaces(after, frame, before)
        for frame in frames_of(Draft(content=before, user_id="ana"))
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The production Postgres version is 14.9.",
         "We upgraded production Postgres from 14.9 to 16.2."),
        ("My bank is Credit Oulan.", "I closed my account at the bank Credit Oulan, and switched."),
        ("Ida's dentist is Dr. Holm.", "Ida left the dentist Dr. Holm for somebody nearer."),
        ("The song \"Glass Reed\" is performed by Lior Aman.",
         "\"Glass Reed\" is performed by The Wexfords instead of Lior Aman."),
        ("The deploy window is Friday.", "The deploy window went from Friday to Monday."),
        ("Kestrel is headquartered in Leeds.", "Kestrel has packed up and left Leeds for Lyon."),
    ],
)  # fmt: skip
def test_a_change_that_names_the_value_ends_it(before: str, after: str) -> None:
    assert ends(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The deploy window is Friday.", "The freeze went from Friday to Monday."),
        ("Ida's dentist is Dr. Holm.", "Mia left the dentist Dr. Holm for somebody nearer."),
        ("Kestrel is headquartered in Leeds.", "Kestrel may have left Leeds for Lyon."),
        ("Kestrel is headquartered in Leeds.", "Has Kestrel left Leeds for Lyon?"),
        ("Kestrel is headquartered in Leeds.", "Kestrel opened a shop in Leeds."),
        ("Kestrel is headquartered in Leeds.", "Kestrel left Lyon for Rome."),
        (
            "The museum is closed on Mondays.",
            "The museum changed: closed on Mondays except in May.",
        ),
    ],
)
def test_what_speaks_of_something_else_ends_nothing(before: str, after: str) -> None:
    assert not ends(before, after)


def test_few_values_are_named_however_long_the_text() -> None:
    assert former_values("It was raining.") == frozenset()
    assert len(former_values("We moved from " + " ".join(f"w{at}" for at in range(40)))) == (
        MOST_FORMER
    )
    assert former_values("We moved from here to there. " * 40) == frozenset()


def test_who_takes_a_value_back_seeks_who_gives_it() -> None:
    draft = Draft(content="x", user_id="ana")
    [gives], [takes] = (value_keys(draft, ["oslo"], holding=one) for one in (True, False))
    assert (sought(gives), sought(takes)) == (takes, gives)
    assert takes_back(takes)
    assert not takes_back(gives)
    assert not is_slot(gives)
    assert things([gives], with_values=True) == things([takes], with_values=True)
    assert things([gives], with_values=False) == []
    slot = 0b1000
    assert is_slot(slot)
    assert sought(slot) == slot

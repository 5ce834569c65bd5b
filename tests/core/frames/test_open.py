"""Things of which the lexicon knows no relation; and how values are compared."""

from __future__ import annotations

import pytest

from memsvc.core.frames import Frame, Relation, same_value
from tests.core.frames.said import stand


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The deploy window is Friday.", "The deploy window is Monday."),
        ("The deploy window is Friday.", "Deploy window: Monday"),
        ("The rate limit of the API is 100 rps.", "The API's rate limit is 200 rps."),
        ("The rate limit of the API is 100 rps.", "Rate limit of the API: 200 rps"),
        ("The rate limit of the API is 100 rps.",
         "The rate limit of the API was raised from 100 to 200 rps."),
        ("The server is up.", "The server is down."),
        ("The server is back online.", "The server is unreachable."),
        ("The default branch of atlas is master.", "The default branch of atlas is main."),
        ("Logs are kept for 14 days.", "Logs are kept for 90 days."),
        ("The backup starts at 01:30.", "The backup starts at 03:45."),
        ("The shop opens at 9:00.", "The shop opens at 10:00."),
        ("Integration tests are run hourly.", "Integration tests are run nightly."),
        ("The policy requires at least 10 characters.",
         "The policy requires at least 14 characters."),
        ("The hall has 120 seats.", "The hall has 150 seats."),
        ("The airline has its hub in Zagreb.", "The airline has its hub in Skopje."),
        ("To keep bots out, the port of gannet is now 2222.", "The port of gannet is 22."),
    ],
)  # fmt: skip
def test_another_value_contradicts(one: str, other: str) -> None:
    assert stand(one, other) is Relation.CONTRADICTS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The rate limit of the API is 100 rps.",
         "The API's rate limit is 100 requests per second."),
        ("The meeting is at 3 pm.", "The meeting is at 15:00."),
        ("The wedding is on 5 May 2027.", "The wedding is on May 5th, 2027."),
        ("The track is 5 km.", "The track is 5 kilometres."),
        ("The server is online.", "The server is up."),
    ],
)  # fmt: skip
def test_the_same_value_written_otherwise_is_a_duplicate(one: str, other: str) -> None:
    assert stand(one, other) is Relation.DUPLICATE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The server is up.", "The server is old."),
        ("The red lamp is on.", "The blue lamp is off."),
        ("The first backup starts at 01:30.", "The second backup starts at 03:45."),
        ("The staging server is up.", "The production server is down."),
        ("The weather is nice.", "The weather is awful."),
        ("The plan is to leave.", "The plan is to stay."),
        ("The timeout is 30 seconds.", "The limit is 30 MB."),
        ("The server is in Germany.", "The server is in Falkenstein."),
        ("The meeting is tomorrow at 3 pm.", "The meeting is today at 4 pm."),
    ],
)
def test_other_things_do_not_meet(one: str, other: str) -> None:
    assert stand(one, other) is Relation.UNRELATED


@pytest.mark.parametrize(
    ("relation", "one", "other", "same"),
    [
        ("citizenship", "usa", "united states of america", True),
        ("broadcaster", "bbc", "british broadcasting corporation", True),
        ("employer", "apple inc", "apple", True),
        ("employer", "apple", "apple bank", False),
        ("spouse", "ada", "ada lovelace", True),
        ("spouse", "ada lovelace", "ida lovelace", False),
        ("home", "portland", "portland, oregon", True),
        ("population", "41,000", "41000 people", True),
        ("height", "1.80 m", "1.8 metres", True),
        ("height", "1.80 m", "1.8 feet", False),
        ("sport", "rugby", "rugby union", False),
        ("date of birth", "5 may 1990", "1990-05-05", True),
        ("date of birth", "5 may", "may 5 1990", True),
        ("date of birth", "5 may 1991", "1990-05-05", False),
    ],
)
def test_values_however_written(relation: str, one: str, other: str, *, same: bool) -> None:
    left, right = Frame("x", relation, one), Frame("x", relation, other)

    assert same_value(left, right) is same
    assert same_value(right, left) is same

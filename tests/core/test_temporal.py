"""What times a question speaks of."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core import temporal_english as english
from memsvc.core.temporal import EARLIEST, LATEST, MAX_EXPRESSIONS, intervals

WEDNESDAY = datetime(2024, 3, 6, 15, 30, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
LONGEST = 8192


def spoken(query: str, reference: datetime = WEDNESDAY) -> list[str]:
    """Each interval as first day and the day after the last; an open side is three dots."""
    ends = {EARLIEST: "...", LATEST: "..."}
    return [
        " ".join(ends.get(at, at.isoformat()[: 10 if at.hour == 0 else 16]) for at in (start, end))
        for start, end, _ in intervals(query, reference)
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("on 7 May 2023", "2023-05-07 2023-05-08"),
        ("the 7th of May, 2023", "2023-05-07 2023-05-08"),
        ("May 7th", "2023-05-07 2023-05-08"),
        ("May the 4th, 2022", "2022-05-04 2022-05-05"),
        ("5 march", "2024-03-05 2024-03-06"),
        ("6 March", "2024-03-06 2024-03-07"),
        ("7 March", "2023-03-07 2023-03-08"),
        ("Monday, 5 June 2023", "2023-06-05 2023-06-06"),
        ("29 February", "2024-02-29 2024-03-01"),
        ("2023-05-07", "2023-05-07 2023-05-08"),
        ("2023-05-07T10:00:00Z", "2023-05-07 2023-05-08"),
        ("2023-05", "2023-05-01 2023-06-01"),
        ("7/5/2023", "2023-05-07 2023-05-08"),
        ("5/27/2023", "2023-05-27 2023-05-28"),
        ("27.5.2023", "2023-05-27 2023-05-28"),
        ("in June 2023", "2023-06-01 2023-07-01"),
        ("Sept. 2023", "2023-09-01 2023-10-01"),
        ("a photo from June of 2023", "2023-06-01 2023-07-01"),
        ("in mid-May 2023", "2023-05-01 2023-06-01"),
        ("the end of May 2022", "2022-05-01 2022-06-01"),
        ("the last week of June 2023", "2023-06-01 2023-07-01"),
        ("the first Monday of June 2023", "2023-06-01 2023-07-01"),
        ("in 2023", "2023-01-01 2024-01-01"),
        ("in the year 2023", "2023-01-01 2024-01-01"),
        ("late 2022", "2022-01-01 2023-01-01"),
        ("in the 1990s", "1990-01-01 2000-01-01"),
        ("summer 2022", "2022-06-01 2022-09-01"),
        ("the fall of 2022", "2022-09-01 2022-12-01"),
        ("winter 2022", "2022-12-01 2023-03-01"),
        ("the week of 5 June 2023", "2023-06-05 2023-06-12"),
        ("the week of 11 June 2023", "2023-06-05 2023-06-12"),
    ],
)
def test_a_date_is_as_wide_as_it_is_told(query: str, expected: str) -> None:
    assert spoken(query) == [expected]
    assert spoken(f"What did Ana paint {query.upper()}?") == [expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("today", "2024-03-06 2024-03-07"),
        ("yesterday", "2024-03-05 2024-03-06"),
        ("last night", "2024-03-05 2024-03-06"),
        ("the day before yesterday", "2024-03-04 2024-03-05"),
        ("tomorrow", "2024-03-07 2024-03-08"),
        ("an hour ago", "2024-03-06T14:00 2024-03-06T15:00"),
        ("3 days ago", "2024-03-03 2024-03-04"),
        ("two weeks ago", "2024-02-19 2024-02-26"),
        ("a couple of weeks ago", "2024-02-19 2024-02-26"),
        ("two weekends ago", "2024-02-24 2024-02-26"),
        ("a month ago", "2024-02-01 2024-03-01"),
        ("ten years ago", "2014-01-01 2015-01-01"),
        ("2 weeks and 3 days ago", "2024-02-16 2024-02-17"),
        ("this week", "2024-03-04 2024-03-11"),
        ("last week", "2024-02-26 2024-03-04"),
        ("the week before last", "2024-02-19 2024-02-26"),
        ("next week", "2024-03-11 2024-03-18"),
        ("last weekend", "2024-03-02 2024-03-04"),
        ("this weekend", "2024-03-09 2024-03-11"),
        ("this month", "2024-03-01 2024-04-01"),
        ("last year's", "2023-01-01 2024-01-01"),
        ("the past two weeks", "2024-02-21 2024-03-07"),
        ("in the last three months", "2023-12-06 2024-03-07"),
        ("the last week", "2024-02-28 2024-03-07"),
        ("in the last 24 hours", "2024-03-05T15:00 2024-03-07"),
    ],
)
def test_what_is_told_from_now_is_as_wide_as_its_unit(query: str, expected: str) -> None:
    assert spoken(query) == [expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("June", "2023-06-01 2023-07-01"),
        ("in may", "2023-05-01 2023-06-01"),
        ("in March", "2024-03-01 2024-04-01"),
        ("last March", "2023-03-01 2023-04-01"),
        ("last May", "2023-05-01 2023-06-01"),
        ("this May", "2024-05-01 2024-06-01"),
        ("next March", "2025-03-01 2025-04-01"),
        ("in Jan", "2024-01-01 2024-02-01"),
        ("on Monday", "2024-03-04 2024-03-05"),
        ("on Wednesday", "2024-03-06 2024-03-07"),
        ("last Wednesday", "2024-02-28 2024-02-29"),
        ("last Friday", "2024-03-01 2024-03-02"),
        ("this Friday", "2024-03-08 2024-03-09"),
        ("next Wednesday", "2024-03-13 2024-03-14"),
        ("in spring", "2024-03-01 2024-06-01"),
        ("last spring", "2023-03-01 2023-06-01"),
        ("over the summer", "2023-06-01 2023-09-01"),
        ("last winter", "2023-12-01 2024-03-01"),
        ("over the weekend", "2024-03-02 2024-03-04"),
    ],
)
def test_what_comes_again_is_the_latest_that_has_begun(query: str, expected: str) -> None:
    assert spoken(query) == [expected]


@pytest.mark.parametrize(
    ("weekday", "last", "this"),
    [
        (8, "2024-03-02 2024-03-04", "2024-03-09 2024-03-11"),
        (9, "2024-03-02 2024-03-04", "2024-03-09 2024-03-11"),
        (10, "2024-03-02 2024-03-04", "2024-03-09 2024-03-11"),
        (11, "2024-03-09 2024-03-11", "2024-03-16 2024-03-18"),
    ],
)
def test_a_weekend_is_the_last_one_when_it_is_over(weekday: int, last: str, this: str) -> None:
    asking = WEDNESDAY.replace(day=weekday)

    assert spoken("last weekend", asking) == [last]
    assert spoken("this weekend", asking) == [this]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("since June 2023", "2023-06-01 ..."),
        ("from June 2023 onwards", "2023-06-01 ..."),
        ("after June 2023", "2023-07-01 ..."),
        ("before June 2023", "... 2023-06-01"),
        ("until June 2023", "... 2023-07-01"),
        ("by June 2023", "... 2023-07-01"),
        ("since last Friday", "2024-03-01 ..."),
        ("before 2020", "... 2020-01-01"),
        ("no later than 5 May 2023", "... 2023-05-06"),
        ("over a year ago", "... 2024-01-01"),
        ("less than two weeks ago", "2024-02-19 ..."),
    ],
)
def test_a_bound_leaves_the_other_side_open(query: str, expected: str) -> None:
    assert spoken(query) == [expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("between May and July 2023", "2023-05-01 2023-08-01"),
        ("between November and February 2023", "2022-11-01 2023-03-01"),
        ("from May to July", "2023-05-01 2023-08-01"),
        ("March to May 2023", "2023-03-01 2023-06-01"),
        ("from 2019 to 2021", "2019-01-01 2022-01-01"),
        ("in 2019-2021", "2019-01-01 2022-01-01"),
        ("between 5 and 12 June 2023", "2023-06-05 2023-06-13"),
        ("June 5-12", "2023-06-05 2023-06-13"),
        ("7 May - 9 June 2023", "2023-05-07 2023-06-10"),
        ("from Monday to Friday last week", "2024-02-26 2024-03-02"),
    ],
)
def test_two_ends_make_one_interval(query: str, expected: str) -> None:
    assert spoken(query) == [expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Monday last week", "2024-02-26 2024-02-27"),
        ("last week on Monday", "2024-02-26 2024-02-27"),
        ("on Monday of last week", "2024-02-26 2024-02-27"),
        ("in June, last year", "2023-06-01 2023-07-01"),
        ("June two years ago", "2022-06-01 2022-07-01"),
        ("summer last year", "2023-06-01 2023-09-01"),
        ("on a Monday in June 2023", "2023-06-01 2023-07-01"),
        ("the last Friday of May 2023", "2023-05-01 2023-06-01"),
        ("two weeks before 5 June 2023", "2023-05-22 2023-05-29"),
        ("three days after 7 May 2023", "2023-05-10 2023-05-11"),
        ("the day after last weekend", "2024-03-04 2024-03-05"),
        ("in the last weekend before 10 April 2023", "2023-04-08 2023-04-10"),
        ("the year before 2023", "2022-01-01 2023-01-01"),
    ],
)
def test_one_expression_places_another(query: str, expected: str) -> None:
    assert spoken(query) == [expected]


def test_several_times_are_several_intervals() -> None:
    assert intervals("Was it in May and June 2022, or last week?", WEDNESDAY) == (
        (datetime(2022, 5, 1, tzinfo=UTC), datetime(2022, 6, 1, tzinfo=UTC), "in May"),
        (datetime(2022, 6, 1, tzinfo=UTC), datetime(2022, 7, 1, tzinfo=UTC), "June 2022"),
        (datetime(2024, 2, 26, tzinfo=UTC), datetime(2024, 3, 4, tzinfo=UTC), "last week"),
    )


def test_only_a_year_is_shared() -> None:
    assert spoken("on Monday and last Friday") == ["2024-03-04 2024-03-05", "2024-03-01 2024-03-02"]
    assert spoken("on 5 and 7 March and last week") == [
        "2024-03-05 2024-03-08",
        "2024-02-26 2024-03-04",
    ]


def test_a_time_that_is_told_twice_counts_once() -> None:
    assert [interval.words for interval in intervals("June, I mean in June", WEDNESDAY)] == ["June"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "May I come in?",
        "What may Ana like?",
        "They march on Sundays",
        "The cat sat for a second in the sun",
        "Jan and Ben wed",
        "It may fall",
        "3 children in room 2023",
        "What costs 2023 dollars?",
        "in 2000 days",
        "version 2.6.2023.1",
        "after 2000 steps",
        "How long ago was it, and when?",
        "two weeks before her birthday party",
        "What happens every Monday, any weekend, each summer?",
        "Did the fever last two days?",
        "half a year ago",
        "1,000 years ago",
        "at the market in Mayo",
        "the last day of school",
    ],
)
def test_what_is_no_time_or_no_certain_one_gives_nothing(query: str) -> None:
    assert spoken(query) == []


@pytest.mark.parametrize(
    "query",
    [
        "31 February 2023",
        "31 February",
        "February 31",
        "30.2.2023",
        "2023-13-01",
        "0000-01-01",
        "May 45 2023",
        "7 May 0000",
        "7 May 99999",
        "in June 99999",
        "May '23",
        "in 0000",
        "in 99999",
        "June 12-5",
        "9999999 years ago",
    ],
)
def test_what_the_calendar_lacks_gives_nothing(query: str) -> None:
    assert spoken(query) == []


def test_the_ends_of_the_calendar_are_no_error() -> None:
    assert spoken("999 years ago", WEDNESDAY.replace(year=500)) == []
    assert spoken("next year", LATEST) == []
    assert spoken("last Friday", EARLIEST) == []


def test_no_letter_outside_ascii_stands_for_another() -> None:
    assert spoken("la\u017ft week, 3 day\u017f ago, next wee\u212a") == []


def test_days_are_those_of_utc() -> None:
    tokyo = timezone(timedelta(hours=9))

    assert spoken("yesterday", datetime(2024, 3, 7, 0, 30, tzinfo=tokyo)) == [
        "2024-03-05 2024-03-06"
    ]


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(AssertionError, match="naive"):
        intervals("yesterday", WEDNESDAY.replace(tzinfo=None))


def test_a_text_full_of_times_asks_about_none() -> None:
    dates = [f"{day} May 2023" for day in range(1, MAX_EXPRESSIONS + 2)]

    assert len(spoken("; ".join(dates[:-1]))) == MAX_EXPRESSIONS
    assert spoken("; ".join(dates)) == []


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_zone_and_language_of_the_process_change_nothing(zone: str) -> None:
    query = "yesterday, last May, on Monday, 7/5/2023, two weeks ago and in the last 24 hours"
    code = (
        "from datetime import UTC, datetime\n"
        "from memsvc.core.temporal import intervals\n"
        f"print(intervals({query!r}, datetime(2024, 3, 6, 15, 30, tzinfo=UTC)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"TZ": zone, "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert ran.stdout.strip() == str(intervals(query, WEDNESDAY))


@pytest.mark.parametrize(
    "piece",
    [
        "1", "1 ", "1/1/", "last ", "in the ", "May ", "two weeks before ", "between 5 and ",
        "a couple of ", "week of ", "1 week and ", "in the beginning of ", "mid-", "every ",
        "in\n\t ", " ", "\u0130", "since before ", "7 may-", "2023-",
    ],
)  # fmt: skip
def test_the_longest_query_takes_no_long_time(piece: str) -> None:
    """Some 20 ms for the worst of these; minutes if a pattern went back over what it has read."""
    query = f"in {piece * LONGEST}"[: LONGEST - 2] + " 7"
    began = time.process_time()
    intervals(query, WEDNESDAY)

    assert time.process_time() - began < 2.0


references = st.integers(-30_000, 60_000).map(lambda days: WEDNESDAY + timedelta(days=1.01 * days))
time_words = st.sampled_from(
    [
        *english.MONTHS, *english.WEEKDAYS, *english.SEASONS, *english.NUMBERS,
        *english.NAMED_DAYS, *english.REFUSING, *english.SINCE, *english.BEFORE, *english.AFTER,
        *english.UNTIL, *english.OPENING, *english.JOINING, *english.LISTING, *english.TURNS,
        "hour", "day", "days", "week", "weeks", "weekend", "month", "year", "years", "ago", "last",
        "this", "next", "the", "of", "in", "on", "over", "early", "mid-", "end of", "week of",
        "before last", "onwards", "1990s", "2023", "1999", "2100", "0", "7", "7th", "12", "31",
        "99", "999", "2023-02-30", "2023-05-07T10:00Z", "7/5/2023", "1.1.1900", "-", "\u2013", ",",
        ".", "'23", "Ana",
    ]
)  # fmt: skip
phrases = st.lists(
    st.tuples(time_words, st.sampled_from([" ", " ", " ", "", ", "])), max_size=12
).map(lambda words: "".join(word + gap for word, gap in words))


@given(st.one_of(phrases, st.text(max_size=200)), references)
def test_intervals_are_sound_whatever_is_asked(query: str, reference: datetime) -> None:
    found = intervals(query, reference)

    assert intervals(query, reference) == found
    for start, end, words in found:
        assert start < end
        assert start.tzinfo is end.tzinfo is UTC
        assert words
        assert words in query


@given(phrases, references)
def test_no_expression_is_turned_away_at_the_gate(query: str, reference: datetime) -> None:
    """A lone figure opens the gate and says no time, so it changes nothing."""
    assert intervals(f"{query} ;; 0", reference) == intervals(query, reference)


@given(references, st.integers(0, 999), st.sampled_from(["day", "week", "month", "year"]))
def test_what_was_some_units_ago_is_over_or_goes_on(
    reference: datetime, count: int, unit: str
) -> None:
    [(start, end, words)] = intervals(f"It was {count} {unit}s ago.", reference)

    assert words == f"{count} {unit}s ago"
    assert start <= reference
    assert (start <= reference < end) == (count == 0)

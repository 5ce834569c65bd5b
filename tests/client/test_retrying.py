"""When a call is tried again: the rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.client.errors import (
    InvalidRequest,
    MemsvcError,
    NotFound,
    NotReached,
    RateLimited,
    ServerFailed,
    TimedOut,
    Unavailable,
    refusal,
)
from memsvc.client.retrying import LONGEST_WAIT_S, Repeat, Tries

GONE = NotReached("gone")
LATE = TimedOut("late")
LIMITED = RateLimited("slow down", status=429, code="rate_limited", retry_after=1.0)
BUSY = Unavailable("busy", status=503, code="unavailable", retry_after=1.0)
NO_MODEL = Unavailable("no model is set", status=503, code="unavailable")
PROXY = Unavailable("something in between", status=502)
LOST = refusal(502, b'{"code": "replica_lost"}', "1")
SLOW = refusal(504, b'{"code": "replica_slow"}', None)
NOBODY = refusal(503, b'{"code": "no_replica"}', "1")
WRONG = InvalidRequest("wrong", status=422, code="invalid_request")
DEFECT = ServerFailed("defect", status=500, code="internal")


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def tries(repeat: Repeat, total_s: float = 30.0, watch: Watch | None = None) -> Tries:
    return Tries(repeat, total_s, watch or Watch(), lambda: 1.0)


@pytest.mark.parametrize("repeat", Repeat)
@pytest.mark.parametrize(
    ("failure", "sent", "again"),
    [
        (GONE, True, {Repeat.SAFE, Repeat.KEYED}),
        (LATE, True, {Repeat.SAFE, Repeat.KEYED}),
        (GONE, False, set(Repeat)),
        (LIMITED, True, set(Repeat)),
        (BUSY, True, {Repeat.SAFE, Repeat.KEYED}),
        (PROXY, True, {Repeat.SAFE, Repeat.KEYED}),
        (LOST, True, {Repeat.SAFE, Repeat.KEYED}),
        (SLOW, True, {Repeat.SAFE, Repeat.KEYED}),
        (NOBODY, True, {Repeat.SAFE, Repeat.KEYED}),
        (NO_MODEL, True, set()),
        (WRONG, True, set()),
        (DEFECT, True, set()),
    ],
)
def test_what_may_do_harm_is_not_repeated(
    repeat: Repeat, failure: MemsvcError, sent: bool, again: set[Repeat]
) -> None:
    assert (tries(repeat).wait(failure, sent=sent) is not None) == (repeat in again)


def test_waits_double_up_to_the_longest() -> None:
    one = tries(Repeat.SAFE, 100.0)

    waits = [one.wait(GONE) for _ in range(8)]

    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


@given(
    failures=st.lists(st.sampled_from([GONE, LATE, LIMITED, BUSY, PROXY]), max_size=40),
    took=st.floats(0.0, 3.0),
    total_s=st.floats(0.0, 60.0),
    jitter=st.floats(0.0, 1.0),
)
def test_a_call_never_takes_longer_than_it_may(
    failures: list[MemsvcError], took: float, total_s: float, jitter: float
) -> None:
    watch = Watch()
    one = Tries(Repeat.SAFE, total_s, watch, lambda: jitter)
    for failure in failures:
        watch.now += took
        wait = one.wait(failure)
        if wait is None:
            assert watch.now + LONGEST_WAIT_S + 1.0 > total_s, "there was time for another"
            return
        asked = getattr(failure, "retry_after", None) or 0.0
        assert asked < wait <= asked + LONGEST_WAIT_S
        watch.now += wait
        assert watch.now <= total_s


def test_a_failure_may_be_given_fewer_seconds_than_the_call() -> None:
    watch = Watch()
    one = tries(Repeat.SAFE, 30.0, watch)
    while (wait := one.wait(GONE, sent=False, total_s=3.0)) is not None:
        watch.now += wait

    assert 1.4 < watch.now <= 3.0
    assert one.wait(GONE) is not None, "the call itself has time left"


def test_no_time_is_no_second_try() -> None:
    assert tries(Repeat.SAFE, 0.0).wait(GONE) is None


ABSENT = NotFound("no such memory", status=404, code="not_found")


def test_a_deletion_that_went_unanswered_was_done_if_nothing_is_left() -> None:
    one = tries(Repeat.SAFE)
    assert not one.deleted_before(ABSENT), "the first try: there never was one"
    assert one.wait(GONE) is not None
    assert not one.deleted_before(WRONG)
    assert one.deleted_before(ABSENT)


@pytest.mark.parametrize("unanswered", [PROXY, LOST, SLOW])
def test_what_a_proxy_says_of_a_deletion_is_no_answer_to_it(unanswered: MemsvcError) -> None:
    one = tries(Repeat.SAFE)
    assert one.wait(unanswered) is not None

    assert one.deleted_before(ABSENT)


def test_a_deletion_that_never_left_was_not_done() -> None:
    one = tries(Repeat.SAFE)
    assert one.wait(GONE, sent=False) is not None
    assert one.wait(LIMITED) is not None
    assert one.wait(NOBODY) is not None

    assert not one.deleted_before(ABSENT)


def test_a_deletion_that_was_not_whole_is_told_as_that() -> None:
    one = tries(Repeat.SAFE)
    assert one.wait(BUSY) is not None
    assert one.wait(LOST) is not None, "it takes back nothing of what was said"

    with pytest.raises(Unavailable):
        one.deleted_before(ABSENT)

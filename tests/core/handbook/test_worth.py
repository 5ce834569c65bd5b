"""Worth: of the handbook against going without, and of each line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.offered import LEAST_OFFERS, OfferOutcome
from memsvc.core.handbook.worth import Prices, Verdict, handbook_worth, line_worths
from tests.core.handbook.outcomes import NAMES, any_outcome, lived

FREE = Prices(0.0, 0.0)
HELPFUL = dict.fromkeys(NAMES, 0.1)
PRICES = Prices(input_token=1.0, output_token=5.0)
MANY = st.lists(any_outcome(), max_size=30)


def plain(success: float, held_out: bool, **change: object) -> OfferOutcome:
    given = () if held_out else ("behavior_a",)
    return replace(OfferOutcome("law", given, held_out, success, 100, 1000), **change)  # type: ignore[arg-type]


@given(st.lists(st.tuples(any_outcome(), st.booleans()), max_size=30))
def test_what_is_gone_was_never_there(told: list[tuple[OfferOutcome, bool]]) -> None:
    """Worth is a function of what survives: the same rows give the same, and no other name."""
    survivors = [outcome for outcome, survives in told if survives]
    names = {name for outcome in survivors for name in outcome.offered}

    assert set(line_worths(survivors)) == names
    assert line_worths(survivors) == line_worths(list(survivors))
    assert handbook_worth(survivors, PRICES) == handbook_worth(tuple(survivors), PRICES)


@given(MANY)
def test_nobody_is_judged_on_too_little(told: list[OfferOutcome]) -> None:
    worth = handbook_worth(told, PRICES)

    assert worth.offered + worth.held_out == len(told) < 2 * LEAST_OFFERS
    assert worth.lift_verdict is worth.saving_verdict is None
    for line in line_worths(told).values():
        assert (line.verdict is None) == (line.offered < LEAST_OFFERS)
        assert line.harm_rate >= 0.0


@given(MANY)
def test_lines_are_counted(told: list[OfferOutcome]) -> None:
    for name, line in line_worths(told).items():
        offers = [one for one in told if name in one.offered]
        cited = [name in one.cited for one in offers]

        assert line.offered == len(offers)
        assert line.cited == sum(cited)
        assert line.uncited == [*cited[::-1], True].index(True)
        mean = sum(one.success for one in offers) / len(offers)
        assert line.success_with.estimate == pytest.approx(mean)
        assert line.tokens_with == pytest.approx(
            sum(one.output_tokens for one in offers) / len(offers)
        )


def test_without_a_line_is_reckoned_in_the_same_classes() -> None:
    """Two thirds of its offers are easy tasks, so its comparison is two thirds easy, too."""
    told = [
        *[plain(1.0, False, task_class="easy")] * 4,
        *[plain(0.0, False, task_class="hard")] * 2,
        *[plain(1.0, True, task_class="easy", output_tokens=300)] * 10,
        *[plain(0.5, True, task_class="hard", output_tokens=600)] * 90,
        *[plain(0.0, True, task_class="other")] * 50,
    ]

    line = line_worths(told)["behavior_a"]

    assert line.success_without == pytest.approx((4 * 1.0 + 2 * 0.5) / 6)
    assert line.tokens_without == pytest.approx((4 * 300 + 2 * 600) / 6)
    assert line_worths(told[:4])["behavior_a"].success_without is None


def test_net_saving_counts_what_the_handbook_costs() -> None:
    told = [
        *[plain(1.0, True)] * 40,
        *[plain(1.0, False, input_tokens=160, output_tokens=900)] * 60,
    ]
    prices = Prices(input_token=1.0, output_token=2.0, curation=600.0)

    worth = handbook_worth(told, prices)

    assert worth.saving is not None
    assert worth.saving == pytest.approx((2 * 100 - 60 - 600 / 60,) * 3)
    assert worth.saving_verdict is Verdict.HELPS
    dear = handbook_worth(told, replace(prices, input_token=4.0))
    assert dear.saving_verdict is Verdict.HARMS
    assert handbook_worth(told, FREE).saving_verdict is Verdict.OPEN


@pytest.mark.parametrize(
    ("effect", "verdict"),
    [(0.1, Verdict.HELPS), (-0.06, Verdict.HARMS), (0.0, Verdict.OPEN)],
)
def test_a_handbook_is_worth_what_it_does(effect: float, verdict: Verdict) -> None:
    told = lived(dict.fromkeys(NAMES, effect), 3000, seed=11, tokens={NAMES[0]: 0.5})

    worth = handbook_worth(told, PRICES)

    assert worth.lift is not None
    assert worth.lift.holds(3 * effect)
    assert worth.lift_verdict is verdict
    assert worth.saving is not None
    # Three of seven are offered: the mean factor is 4/7 + 3/7 * 0.5; each costs 40 input tokens.
    assert worth.saving.holds(5 * 1000 * 3 / 7 * 0.5 - 120)


def test_lines_are_worth_what_they_do() -> None:
    effects = dict(zip(NAMES, (0.2, 0.1, 0.0, 0.0, 0.0, -0.1, 0.1), strict=True))
    tokens = dict(zip(NAMES, (0.8, 1.0, 1.0, 1.0, 1.3, 1.0, 1.0), strict=True))

    lines = line_worths(lived(effects, 6000, seed=12, tokens=tokens))

    for name, line in lines.items():
        assert line.effect.holds(effects[name])
        assert line.token_effect.holds(tokens[name] - 1.0)
        assert line.harm_rate == max(0.0, -line.effect.estimate)
    assert lines[NAMES[0]].verdict is Verdict.HELPS
    assert lines[NAMES[5]].verdict is Verdict.HARMS
    assert lines[NAMES[2]].verdict is Verdict.OPEN
    assert lines[NAMES[0]].token_effect.high < 0.0 < lines[NAMES[4]].token_effect.low


def test_of_nothing() -> None:
    worth = handbook_worth([], PRICES)

    assert line_worths([]) == {}
    assert (worth.offered, worth.held_out) == (0, 0)
    assert worth.lift is worth.saving is None
    alone = handbook_worth([plain(1.0, False)] * 99, PRICES)
    assert alone.lift is alone.saving is None
    assert alone.lift_verdict is None

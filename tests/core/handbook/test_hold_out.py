"""Draws by keyed hash: the same again, uniform, and each on its own."""

from __future__ import annotations

import math
from statistics import NormalDist, fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.hold_out import is_held_out, is_trial
from memsvc.core.handbook.keyed import normal, uniform

SECRET = b"a secret of the agent"
SOME = [str(number) for number in range(4000)]


@given(st.binary(min_size=1, max_size=64), st.lists(st.text(), max_size=4))
def test_a_draw_is_the_same_again_and_never_at_an_end(secret: bytes, parts: list[str]) -> None:
    assert 0.0 < uniform(secret, *parts) < 1.0
    assert uniform(secret, *parts) == uniform(secret, *parts)
    assert math.isfinite(normal(secret, *parts))


def test_draws_are_uniform_and_normal() -> None:
    """Kolmogorov's distance of 4,000 draws; 1.95 / sqrt(n) is exceeded once in a thousand."""
    ordered = sorted(uniform(SECRET, one) for one in SOME)
    count = len(ordered)
    distance = max(abs((at + 0.5) / count - one) for at, one in enumerate(ordered))
    normals = [normal(SECRET, one) for one in SOME]

    assert distance < 1.95 / math.sqrt(count)
    assert abs(fmean(normals)) < 4 / math.sqrt(count)
    assert abs(pvariance(normals) - 1) < 4 * math.sqrt(2 / count)
    assert normals[7] == NormalDist().inv_cdf(uniform(SECRET, SOME[7]))


def test_parts_do_not_run_into_each_other() -> None:
    ways = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc")]

    assert len({uniform(SECRET, *parts) for parts in ways}) == len(ways)
    assert uniform(SECRET, "abc") != uniform(SECRET + b".", "abc")


def test_a_secret_has_a_length() -> None:
    for secret in (b"", b"x" * 65):
        with pytest.raises(ValueError, match="64 bytes"):
            uniform(secret, "a")


@pytest.mark.parametrize("probability", [0.0, 0.1, 0.5, 1.0])
def test_so_many_are_held_out(probability: float) -> None:
    held = sum(is_held_out(SECRET, "a1", "maths", one, probability) for one in SOME)
    spread = math.sqrt(len(SOME) * probability * (1 - probability))

    assert abs(held - len(SOME) * probability) <= 4 * spread


def test_every_class_and_agent_draws_anew() -> None:
    one = [is_held_out(SECRET, "a1", "maths", offer, 0.5) for offer in SOME]
    for other in (
        [is_held_out(SECRET, "a2", "maths", offer, 0.5) for offer in SOME],
        [is_held_out(SECRET, "a1", "law", offer, 0.5) for offer in SOME],
        [is_trial(SECRET, "a1", "maths", offer, 0.5) for offer in SOME],
    ):
        alike = sum(a == b for a, b in zip(one, other, strict=True))
        assert abs(alike - len(SOME) / 2) < 4 * math.sqrt(len(SOME) / 4)


@pytest.mark.parametrize("probability", [-0.1, 1.1, math.nan])
def test_a_probability_is_one(probability: float) -> None:
    for drawn in (is_held_out, is_trial):
        with pytest.raises(ValueError, match="probability"):
            drawn(SECRET, "a1", "maths", "o1", probability)

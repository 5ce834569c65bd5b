"""Made-up outcomes of offers, for the tests of what is folded over them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from memsvc.core.handbook.offered import OfferOutcome

NAMES = [f"behavior_{letter}" for letter in "abcdefg"]
CLASSES = ["law", "maths"]


@st.composite
def any_outcome(draw: st.DrawFn) -> OfferOutcome:
    """Any outcome of few names and classes."""
    held_out = draw(st.booleans())
    names = st.lists(st.sampled_from(NAMES), max_size=5, unique=True)
    offered = () if held_out else tuple(draw(names))
    cited = draw(st.sets(st.sampled_from(offered))) if offered else set()
    return OfferOutcome(
        draw(st.sampled_from(CLASSES)),
        offered,
        held_out,
        draw(st.floats(0, 1)),
        draw(st.integers(0, 10_000)),
        draw(st.integers(0, 10_000)),
        frozenset(cited),
    )


def lived(
    effects: Mapping[str, float],
    tasks: int,
    seed: int,
    *,
    baselines: Sequence[float] = (0.2, 0.4),
    offered: int = 3,
    tokens: Mapping[str, float] | None = None,
) -> list[OfferOutcome]:
    """Tasks of a world with these effects on success, and factors on 1,000 output tokens."""
    chance = random.Random(seed)
    told = []
    for _ in range(tasks):
        of = chance.randrange(len(CLASSES))
        held_out = chance.random() < 0.2
        names = () if held_out else tuple(chance.sample(sorted(effects), offered))
        wanted = baselines[of] + sum(effects[name] for name in names)
        output = 1000.0 * chance.lognormvariate(-0.02, 0.2)
        for name in names:
            output *= (tokens or {}).get(name, 1.0)
        told.append(
            OfferOutcome(
                CLASSES[of],
                names,
                held_out,
                float(chance.random() < wanted),
                500 + 40 * len(names),
                round(output),
                frozenset(name for name in names if chance.random() < 0.5),
            )
        )
    return told

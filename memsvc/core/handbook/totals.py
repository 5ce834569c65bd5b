"""Totals of outcomes: all that the worth of a handbook as a whole is reckoned from.

They can be added to outcome by outcome, and are exact, so that it does not matter when that is done
or in which order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from memsvc.core.handbook.intervals import Arm
from memsvc.core.handbook.offered import OfferOutcome


@dataclass(frozen=True, slots=True)
class Total:
    """Tasks of one class, with an offer or without: their number, and sums over them."""

    count: int = 0
    success: Fraction = Fraction(0)
    inputs: int = 0
    outputs: int = 0
    inputs_squared: int = 0
    outputs_squared: int = 0
    products: int = 0

    def then(self, outcome: OfferOutcome) -> Total:
        """The same with one task more."""
        given, said = outcome.input_tokens, outcome.output_tokens
        return Total(
            self.count + 1,
            self.success + Fraction(outcome.success),
            self.inputs + given,
            self.outputs + said,
            self.inputs_squared + given * given,
            self.outputs_squared + said * said,
            self.products + given * said,
        )

    def costs(self, input_price: float, output_price: float) -> Arm:
        """What the tasks cost, each its tokens at these prices."""
        squares = (
            output_price * output_price * self.outputs_squared
            + 2.0 * output_price * input_price * self.products
            + input_price * input_price * self.inputs_squared
        )
        return Arm(self.count, output_price * self.outputs + input_price * self.inputs, squares)


Totals = Mapping[tuple[str, bool], Total]
"""By task class, and whether offers were held out."""

NOTHING = Total()


def totals(outcomes: Iterable[OfferOutcome], before: Totals | None = None) -> Totals:
    """The totals of these outcomes, and of those `before`."""
    found = dict(before or {})
    for one in outcomes:
        key = one.task_class, one.held_out
        found[key] = found.get(key, NOTHING).then(one)
    return found

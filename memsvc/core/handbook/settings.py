"""What an operator may choose about an agent's handbook."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from memsvc.core.handbook.choosing import OFFERED
from memsvc.core.handbook.hold_out import DEFAULT_PROBABILITY
from memsvc.core.handbook.told import LONGEST_LABEL
from memsvc.errors import InvalidRequest

RELEVANCE_FLOOR = 0.09
"""Cosine of a task and an instruction from which that is relevant, with the bundled model.

Of 40 tasks and 40 instructions made up for 20 fields (arithmetic, SQL, travel, contracts, ...) two
of each, 95 % of the 80 pairs of one field lie above it (the middle one at .26), and 28 % of the
1,520 other pairs (at .05). A floor of .15 lets 10 % of these through, but only 86 % of the former;
what is left is a matter of ratings.
"""
MOST_OFFERED = 20
"""Behaviors in one offer at most."""
MOST_BUDGET = 2_000
"""The largest budget of active behaviors; whoever wants more wants none."""
MOST_CLASSES = 100
"""Task classes with a probability of their own at most."""
HIGHEST_PRICE = 1e6

INPUT_PRICE, OUTPUT_PRICE = 1.0, 4.0
"""Costs counted in input tokens, an output token as four of them, which is what most ask."""


def _within(name: str, value: float, least: float, most: float) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise _wrong(name, f"must be from {least:g} to {most:g}")


def _wrong(name: str, reason: str) -> InvalidRequest:
    return InvalidRequest.at(f"settings.handbook.{name}", reason)


@dataclass(frozen=True, slots=True)
class HandbookSettings:
    """How an agent's handbook is offered, tried, bounded and counted.

    `hold_out` is the share of offers that are withheld, `hold_out_by_class` that of some task
    classes. `limit` is how many behaviors an offer has at most, `relevance_floor` the least cosine
    with the task, `budget` how many active behaviors there may be, None without bound. Prices are
    of one token, in any one currency. Raises InvalidRequest, naming the field, for figures out of
    their bounds.
    """

    hold_out: float = DEFAULT_PROBABILITY
    hold_out_by_class: Mapping[str, float] = field(default_factory=dict, hash=False)
    limit: int = OFFERED
    relevance_floor: float = RELEVANCE_FLOOR
    budget: int | None = None
    input_price: float = INPUT_PRICE
    output_price: float = OUTPUT_PRICE

    def __post_init__(self) -> None:
        _within("hold_out", self.hold_out, 0.0, 1.0)
        if len(self.hold_out_by_class) > MOST_CLASSES:
            raise _wrong("hold_out_by_class", f"must be of at most {MOST_CLASSES} task classes")
        for name, share in self.hold_out_by_class.items():
            if not 0 < len(name) <= LONGEST_LABEL or not name.strip():
                reason = f"task classes must be of 1 to {LONGEST_LABEL} characters, not blank"
                raise _wrong("hold_out_by_class", reason)
            _within("hold_out_by_class", share, 0.0, 1.0)
        _within("limit", self.limit, 1, MOST_OFFERED)
        _within("relevance_floor", self.relevance_floor, -1.0, 1.0)
        if self.budget is not None:
            _within("budget", self.budget, 1, MOST_BUDGET)
        _within("input_price", self.input_price, 0.0, HIGHEST_PRICE)
        _within("output_price", self.output_price, 0.0, HIGHEST_PRICE)

    def hold_out_of(self, task_class: str) -> float:
        """How often an offer for a task of this class is withheld."""
        return self.hold_out_by_class.get(task_class, self.hold_out)

    def as_json(self) -> dict[str, Any]:
        """As API, exports and the database say it: what is as without settings is left out."""
        said = {name: getattr(self, name) for name in _NAMES}
        said["hold_out_by_class"] = dict(self.hold_out_by_class)
        standard = {name: getattr(STANDARD_HANDBOOK, name) for name in _NAMES}
        return {name: value for name, value in said.items() if value != standard[name]}


_NAMES = tuple(one.name for one in fields(HandbookSettings))
STANDARD_HANDBOOK = HandbookSettings()
"""Of an agent that was given none."""


def handbook_in(held: Mapping[str, Any]) -> HandbookSettings:
    """The settings that are said so; what a later version says beside them is passed over.

    Raises InvalidRequest, naming the field, for what is no such setting.
    """
    found = {name: held[name] for name in _NAMES if name in held}
    for name in found.keys() & {"hold_out", "relevance_floor", "input_price", "output_price"}:
        found[name] = _real(name, found[name])
    if not isinstance(found.get("hold_out_by_class", {}), Mapping):
        raise _wrong("hold_out_by_class", "must be an object")
    if "hold_out_by_class" in found:
        shares = found["hold_out_by_class"].items()
        found["hold_out_by_class"] = {one: _real("hold_out_by_class", of) for one, of in shares}
    for name in found.keys() & {"limit", "budget"}:
        # True is 1 for Python: types, not isinstance.
        if type(found[name]) is not int and not (name == "budget" and found[name] is None):
            raise _wrong(name, "must be a whole number")
    return HandbookSettings(**found)


def _real(name: str, value: Any) -> float:
    if type(value) not in (int, float):
        raise _wrong(name, "must be a number")
    return float(value)

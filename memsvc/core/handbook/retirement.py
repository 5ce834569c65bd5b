"""Which behaviors should go, and why: proposals, which a person or a policy may carry out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from memsvc.core.handbook.offered import LEAST_OFFERS

UNCITED_OFFERS = 100


class Reason(StrEnum):
    """Why a behavior is proposed, the weightiest first.

    That its sources were erased is none: without them it is no more active (`admission.status_of`).
    """

    SUPERSEDED = "superseded"
    HARMS = "harms"
    UNCITED = "uncited"
    OVER_BUDGET = "over_budget"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an active behavior stands.

    `offered` counts its offers, `uncited` those since it was last cited. `effect_high` is the upper
    bound of its effect on success that holds at all times at once, infinite where nothing is known.
    """

    name: str
    offered: int
    uncited: int
    effect_high: float
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """When behaviors are retired. `budget` None: there may be any number of active ones.

    Below `least_offers` nothing that offers tell is held against a behavior.
    """

    least_offers: int = LEAST_OFFERS
    uncited_offers: int = UNCITED_OFFERS
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Retirement:
    """That a behavior should be retired, its weightiest reason first."""

    name: str
    reasons: tuple[Reason, ...]


def proposed(standings: Sequence[Standing], rules: Rules) -> list[Retirement]:
    """What to retire of the active behaviors, in order of name.

    The budget takes, of those that are left, the least worth first: by the upper bound of the
    effect, so that what may yet prove good stays.
    """
    found = {one.name: _reasons(one, rules) for one in standings}
    left = [one for one in standings if not found[one.name]]
    for one in _over_budget(left, rules.budget):
        found[one.name] = (Reason.OVER_BUDGET,)
    return [Retirement(name, found[name]) for name in sorted(found) if found[name]]


def _reasons(one: Standing, rules: Rules) -> tuple[Reason, ...]:
    is_told = one.offered >= rules.least_offers
    holds = {
        Reason.SUPERSEDED: one.superseded_by is not None,
        Reason.HARMS: is_told and one.effect_high < 0.0,
        Reason.UNCITED: is_told and one.uncited >= rules.uncited_offers,
    }
    return tuple(reason for reason, it_does in holds.items() if it_does)


def _over_budget(left: Sequence[Standing], budget: int | None) -> Iterable[Standing]:
    if budget is None or len(left) <= budget:
        return []
    return sorted(left, key=lambda one: (one.effect_high, one.name))[: len(left) - budget]

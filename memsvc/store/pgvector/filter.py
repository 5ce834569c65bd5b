"""A filter as a condition in SQL over the rows of an index, `core.filters.matches` in other words.

Where tokens can answer, the condition is exact. Where they cannot (parts of texts, the order of
values in metadata) it lets more through, and whoever asks looks at the sealed values of what is
left before anything is ranked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from memsvc.core import filters
from memsvc.core.fading import Fading
from memsvc.core.filters import And, Condition, Filter, Not, compare
from memsvc.core.index_row import TokenOf, metadata_parts
from memsvc.core.memory import SEARCHED, Channel, Kind, Status, Trust

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)
_ENUMS: Mapping[str, type[StrEnum]] = {"kind": Kind, "trust": Trust, "channel": Channel}
_ORDERS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_STATUSES = list(Status)
_SUPERSEDED, _ARCHIVED, _ACTIVE = map(
    _STATUSES.index, (Status.SUPERSEDED, Status.ARCHIVED, Status.ACTIVE)
)
_READY = tuple(_STATUSES.index(one) for one in SEARCHED)


class Where(NamedTuple):
    """A condition on rows `m`, its values, and whether it is exact."""

    sql: str
    values: Mapping[str, Any]
    exact: bool


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def where(filter_: Filter, fading: Fading, now: datetime, token: TokenOf) -> Where:
    """The condition for memories as `fading` shows them at that moment."""
    made = _Making(fading, now, token)
    sql, exact = made.part(filter_)
    return Where(sql, made.values, exact)


def searched(now: datetime) -> Where:
    """Of what is searched by default then, leaving aside what has faded."""
    made = _Making(Fading(), now, _no_token)
    return Where(f"{made.standing()} IN {_READY}", made.values, exact=True)


def _no_token(*_parts: str | int) -> int:
    raise AssertionError("nothing is hashed here")


class _Making:
    """A condition in the making; `values` gathers what it compares with."""

    def __init__(self, fading: Fading, now: datetime, token: TokenOf) -> None:
        self._fading = fading
        self._now = now
        self._token = token
        self.values: dict[str, Any] = {}

    def part(self, filter_: Filter) -> tuple[str, bool]:
        if isinstance(filter_, Condition):
            return self._condition(filter_)
        if isinstance(filter_, Not):
            sql, exact = self.part(filter_.part)
            # What lets too much through would, turned around, leave something out.
            return (f"NOT ({sql})", True) if exact else ("TRUE", False)
        parts = [self.part(one) for one in filter_.parts]
        word, nothing = (" AND ", "TRUE") if isinstance(filter_, And) else (" OR ", "FALSE")
        return (
            word.join(f"({sql})" for sql, _ in parts) or nothing,
            all(exact for _, exact in parts),
        )

    def standing(self) -> str:
        """The status with what is superseded by something later."""
        now = self._value(micros(self._now), "bigint")
        return (
            f"(CASE WHEN m.status = {_SUPERSEDED} AND m.valid_to > {now} "
            f"AND m.began < m.valid_to THEN {_ACTIVE} ELSE m.status END)"
        )

    def _condition(self, condition: Condition) -> tuple[str, bool]:
        field, operator, wanted = condition.field, condition.operator, condition.value
        if operator in ("ne", "nin"):
            same = Condition(field, "eq" if operator == "ne" else "in", wanted)
            return self.part(Not(same))
        if field == "status":
            places = [at for at, one in enumerate(Status) if compare(one, operator, wanted)]
            return f"{self._shown()} = ANY({self._value(places, 'smallint[]')})", True
        if field in _ENUMS:
            values = list(_ENUMS[field])
            places = [at for at, one in enumerate(values) if compare(one, operator, wanted)]
            return f"m.{field} = ANY({self._value(places, 'smallint[]')})", True
        if field == "pinned":
            flags = [one for one in (False, True) if compare(one, operator, wanted)]
            return f"m.pinned = ANY({self._value(flags, 'boolean[]')})", True
        if field in filters.NUMBER_FIELDS:
            return self._any(self._number, field, operator, wanted)
        if field in filters.TIME_FIELDS:
            return self._any(self._moment, field, operator, wanted)
        return self._hashed(field, operator, wanted)

    def _any(self, one_of: Any, field: str, operator: str, wanted: Any) -> tuple[str, bool]:
        if operator == "in":
            return " OR ".join(one_of(field, "eq", one) for one in wanted) or "FALSE", True
        return one_of(field, operator, wanted), True

    def _number(self, field: str, operator: str, wanted: Any) -> str:
        if isinstance(wanted, bool) or not isinstance(wanted, int | float) or wanted != wanted:  # noqa: PLR0124 - NaN
            return "FALSE"
        below, above = _around(wanted)
        if operator == "eq":
            return f"m.{field} = {self._value(below, 'float8')}" if below == above else "FALSE"
        bound = below if operator in ("gt", "lte") else above
        return f"m.{field} {_ORDERS[operator]} {self._value(bound, 'float8')}"

    def _moment(self, field: str, operator: str, wanted: Any) -> str:
        if wanted is None:
            return f"m.{field} IS NULL" if operator == "eq" else "FALSE"
        value = self._value(micros(wanted), "bigint")
        if operator == "eq":
            return f"m.{field} IS NOT DISTINCT FROM {value}"
        return f"(m.{field} IS NOT NULL AND m.{field} {_ORDERS[operator]} {value})"

    def _hashed(self, field: str, operator: str, wanted: Any) -> tuple[str, bool]:
        is_list = field in filters.LIST_FIELDS
        if operator == "eq" or (operator == "contains" and is_list):
            return self._equal(field, (wanted,)), True
        if operator == "in":
            return self._equal(field, wanted), True
        # Only what has any value at all can hold a part of one, or come before another.
        return "TRUE" if field == "id" else self._has(self._any_of(field)), False

    def _equal(self, field: str, choices: tuple[Any, ...]) -> str:
        of_metadata = field.startswith(filters.METADATA_PREFIX)
        parts = [] if not of_metadata else [metadata_parts(one) for one in choices]
        if of_metadata:
            tokens = [self._token(field, *one) for one in parts if one is not None]
        else:
            tokens = [self._token(field, one) for one in choices if isinstance(one, str)]
        if field == "id":
            return f"m.id = ANY({self._value(tokens, 'bigint[]')})"
        found = [self._has(*tokens)] if tokens else []
        if None in choices and field not in filters.LIST_FIELDS:
            found.append(f"NOT {self._has(self._any_of(field))}")
        return " OR ".join(found) or "FALSE"

    def _any_of(self, field: str) -> int:
        return self._token("any", field)

    def _has(self, *tokens: int) -> str:
        return f"m.marks && {self._value(list(tokens), 'bigint[]')}"

    def _shown(self) -> str:
        """The status that readers see, as `Fading.shown_status`."""
        standing = self.standing()
        bounds = self._fading.bounds
        if not bounds:
            return standing
        now = self._value(micros(self._now), "bigint")
        stale = f"(greatest({now} - m.last_used, 0)::float8 / m.stability_days)"
        faded = []
        for kind, bound in bounds.items():
            beyond = []
            if bound.has_limit:
                beyond.append(f"{stale} > {self._value(bound.staleness, 'float8')}")
            if bound.cutoff is not None:
                at = self._value(bound.cutoff.staleness, "float8")
                number = self._value(bound.cutoff.number, "bigint")
                beyond.append(f"{stale} > {at} OR ({stale} = {at} AND m.number <= {number})")
            if beyond:
                faded.append(f"m.kind = {list(Kind).index(kind)} AND ({' OR '.join(beyond)})")
        if not faded:
            return standing
        any_faded = " OR ".join(f"({one})" for one in faded)
        return (
            f"(CASE WHEN NOT m.pinned AND {standing} IN {_READY} AND ({any_faded}) "
            f"THEN {_ARCHIVED} ELSE {standing} END)"
        )

    def _value(self, value: Any, type_: str) -> str:
        name = f"w{len(self.values)}"
        self.values[name] = value
        return f"CAST(:{name} AS {type_})"


def _around(wanted: float) -> tuple[float, float]:
    """The greatest float up to a number, and the least from it on; the same for a float."""
    try:
        near = float(wanted)
    except OverflowError:
        return (
            (1.7976931348623157e308, math.inf)
            if wanted > 0
            else (-math.inf, -1.7976931348623157e308)
        )
    if near == wanted:
        return near, near
    if near < wanted:
        return near, math.nextafter(near, math.inf)
    return math.nextafter(near, -math.inf), near

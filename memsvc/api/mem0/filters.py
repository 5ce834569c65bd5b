"""Filters as callers of mem0 write them, and what they ask of one agent's memories.

Which agents are asked follows from the filter: those that it names, and the default agent for
whatever it says of none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from memsvc.api.mem0.ids import Place, inner
from memsvc.api.mem0.times import conditions
from memsvc.core.filters import OPERATORS, And, Filter, Not, Or, parse
from memsvc.errors import InvalidRequest, NotFound

ANY = "*"
APP = "app_id"
"""The field of metadata that holds it."""

_GROUPS = ("AND", "OR", "NOT")
_FIELDS = {
    "user_id": "user_id",
    "run_id": "session_id",
    APP: f"metadata.{APP}",
    "categories": "tags",
}
_TIMES = {"created_at": "created_at", "updated_at": "updated_at", "timestamp": "event_time"}
_ALWAYS: dict[str, Any] = {"AND": []}
_NEVER: dict[str, Any] = {"NOT": {"AND": []}}
_KNOWN = (
    "AND, OR, NOT, user_id, agent_id, app_id, run_id, created_at, updated_at, timestamp, "
    "categories, metadata, memory_ids"
)
MOST_AGENTS = 64


def asked(
    source: Mapping[str, Any], default: str, visible: Callable[[], Sequence[str]]
) -> dict[str, Filter]:
    """By agent, what the filter asks of its memories; agents of which it cannot hold left out.

    `visible` tells the agents that there are, for filters that name none in particular. Raises
    InvalidRequest for what is no filter, and for more than 64 agents.
    """
    named = set(_agents(source, default, visible)) | {default}
    meant = {one: _meant(source, one, default) for one in sorted(named)}
    possible = {one: filter_ for one, filter_ in meant.items() if _may_hold(filter_)}
    if len(possible) > MOST_AGENTS:
        raise InvalidRequest.at("filters.agent_id", f"means more than {MOST_AGENTS} agents")
    return possible


def asked_of_each(
    source: Mapping[str, Any], default: str, agents: Iterable[str]
) -> dict[str, Filter]:
    """The same of each of these agents, for a filter that may hold of any of them.

    Raises InvalidRequest for what is no filter, were there no agents.
    """
    meant = {one: _meant(source, one, default) for one in (default, *agents)}
    return {one: meant[one] for one in agents if _may_hold(meant[one])}


def names_an_agent(source: Any) -> bool:
    """Whether any part of a filter speaks of the agent."""
    if isinstance(source, list):
        return any(map(names_an_agent, source))
    if not isinstance(source, Mapping):
        return False
    return "agent_id" in source or any(names_an_agent(source.get(one)) for one in _GROUPS)


def _meant(source: Mapping[str, Any], agent_id: str, default: str) -> Filter:
    return parse(_object(source, agent_id, default))


def _agents(source: Any, default: str, visible: Callable[[], Sequence[str]]) -> Iterator[str]:
    """Agents that any part of the filter names."""
    if isinstance(source, list):
        for one in source:
            yield from _agents(one, default, visible)
    if not isinstance(source, Mapping):
        return
    for key, value in source.items():
        if key in _GROUPS:
            yield from _agents(value, default, visible)
        elif key == "memory_ids" and isinstance(value, list):
            yield from (one.agent_id for one in _places(value, default))
        elif key == "agent_id":
            yield from _compared(value, visible)


def _compared(value: Any, visible: Callable[[], Sequence[str]]) -> Iterator[str]:
    """Agents of which a condition on the agent may hold."""
    operators = value if isinstance(value, Mapping) else {"eq": value}
    for operator, wanted in operators.items():
        several = wanted if isinstance(wanted, list) else [wanted]
        if operator in {"ne", "nin"} or ANY in several:
            yield from visible()
        else:
            yield from (one for one in several if isinstance(one, str))


def _places(ids: Sequence[Any], default: str) -> Iterator[Place]:
    """Where these memories are; what is no id is nowhere."""
    for one in ids:
        try:
            yield inner(str(one), default)
        except NotFound:
            continue


def _object(source: Any, agent_id: str, default: str) -> Any:
    """The filter in the house's grammar, with what it says of agents decided."""
    if not isinstance(source, Mapping):
        # What is no object, the house's own grammar refuses.
        return source
    parts: list[Any] = []
    for key, value in source.items():
        if key in _GROUPS:
            several = isinstance(value, list)
            inside = [_object(one, agent_id, default) for one in value] if several else value
            parts.append({key: inside if several else _object(value, agent_id, default)})
        elif key == "agent_id":
            parts.append(_ALWAYS if _is_meant(value, agent_id, default) else _NEVER)
        elif key == "memory_ids":
            parts.append({"id": {"in": _own_ids(value, agent_id, default)}})
        elif key in _TIMES:
            parts += _times(key, value)
        elif key == "metadata":
            parts += _metadata(value)
        elif key in _FIELDS or key.startswith("metadata."):
            parts.append({_FIELDS.get(key, key): _wild(value)})
        elif key == "keywords":
            raise InvalidRequest.at(
                "filters.keywords", "is not kept; ask for the words in the query of a search"
            )
        else:
            raise InvalidRequest.at("filters", f"unknown field; use {_KNOWN}")
    return parts[0] if len(parts) == 1 else {"AND": parts}


def _wild(value: Any) -> Any:
    """`*` is anything but nothing."""
    if value in (ANY, {"eq": ANY}):
        return {"ne": None}
    return value


def _is_meant(value: Any, agent_id: str, default: str) -> bool:
    """Whether a condition on the agent holds of this one.

    What was written without an agent is the default agent's: `*` and `ne` see it as none.
    """
    operators = value if isinstance(value, Mapping) else {"eq": value}
    if not operators or not {"eq", "ne", "in", "nin"}.issuperset(operators):
        raise InvalidRequest.at("filters.agent_id", "use eq, ne, in or nin")

    def is_one(wanted: Any) -> bool:
        if wanted is None:
            return agent_id == default
        return agent_id != default if wanted == ANY else wanted == agent_id

    held = []
    for operator, wanted in operators.items():
        if operator in {"in", "nin"} and not isinstance(wanted, list):
            raise InvalidRequest.at("filters.agent_id", f"{operator} takes a list")
        found = any(map(is_one, wanted)) if isinstance(wanted, list) else is_one(wanted)
        held.append(found is (operator in {"eq", "in"}))
    return all(held)


def _own_ids(value: Any, agent_id: str, default: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InvalidRequest.at("filters.memory_ids", "must be a list of ids")
    return [one.memory_id for one in _places(value, default) if one.agent_id == agent_id]


def _times(key: str, value: Any) -> list[Any]:
    operators = dict(value) if isinstance(value, Mapping) else {"eq": value}
    if not operators or not OPERATORS.issuperset(operators):
        raise InvalidRequest.at(
            f"filters.{key}", f"use operators out of {', '.join(sorted(OPERATORS))}"
        )
    if operators == {"eq": ANY}:
        return [{_TIMES[key]: {"ne": None}}]
    try:
        return conditions(_TIMES[key], operators)
    except ValueError as error:
        raise InvalidRequest.at(f"filters.{key}", str(error)) from None


def _metadata(value: Any) -> list[Any]:
    if value == ANY:
        raise InvalidRequest.at("filters.metadata", "name the key that has to be there")
    if not isinstance(value, Mapping) or not value:
        raise InvalidRequest.at("filters.metadata", "must be an object of keys and values")
    return [{f"metadata.{key}": _wild(wanted)} for key, wanted in value.items()]


def _may_hold(filter_: Filter) -> bool:
    """Whether it may hold of anything; never said of what cannot but for its constants."""
    if isinstance(filter_, And):
        return all(map(_may_hold, filter_.parts))
    if isinstance(filter_, Or):
        return any(map(_may_hold, filter_.parts))
    return not (isinstance(filter_, Not) and _must_hold(filter_.part))


def _must_hold(filter_: Filter) -> bool:
    if isinstance(filter_, And):
        return all(map(_must_hold, filter_.parts))
    if isinstance(filter_, Or):
        return any(map(_must_hold, filter_.parts))
    return isinstance(filter_, Not) and not _may_hold(filter_.part)

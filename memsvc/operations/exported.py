"""The lines of an export: JSON objects, one a line, and what they mean.

The first says what the file is, the last how much it holds and what settings its agents have. Those
between them are memories, each with all that is needed to make it again: its lineage, its validity,
its earlier versions, what was told of it. Behind an agent's memories come what was decided of them,
the sources that it does not trust (`exported_beside`), and its handbook (`exported_handbook`).
Neither vectors nor keys nor numbers of the database are among it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from memsvc.core.agent_settings import AgentSettings, settings_in
from memsvc.core.derived import DERIVATIONS
from memsvc.core.memory import Kind, Memory, Trust
from memsvc.core.reinforcement import Outcome
from memsvc.operations.exported_beside import Beside, beside_in, beside_json
from memsvc.operations.exported_memory import as_object, memory_in, worded_in, worded_object
from memsvc.operations.exported_values import BROKEN, count, flag, id_, moment, real, text

FORMAT = 3
FORMATS = (1, 2, FORMAT)
"""Those that can be read.

The first had memories alone, without derivation and feedback, the second no handbooks.
"""


class NotALine(Exception):
    """Bytes that are no line of an export."""


class OtherFormat(Exception):
    """A first line of a format that we do not know; its number is in `found`."""

    def __init__(self, found: int) -> None:
        super().__init__(found)
        self.found = found


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: of whom the export is, and which of its agents."""

    tenant: str
    agents: str
    made_at: datetime
    memsvc: str
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Past:
    """A memory as an earlier version worded it, and how long that stood."""

    memory: Memory
    recorded_at: datetime
    superseded_at: datetime


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a memory was derived from its sources: under which name of `core.derived`.

    `stated_trust`: how far it would be believed but for them. Without `states` its words count for
    nothing in what is true: it sums up others', as nobody has worded it anew.
    """

    relation: str
    stated_trust: Trust | None = None
    states: bool = True


@dataclass(frozen=True, slots=True)
class Use:
    """What was told of a memory at a time, and what it was like until then; times are in days."""

    at: datetime
    outcome: Outcome
    elapsed_days: float
    stability_days: float
    difficulty: float


@dataclass(frozen=True, slots=True)
class Exported:
    """A memory, number 0, with what its row, its history and its lineage know beside it."""

    memory: Memory
    history: tuple[Past, ...] = ()
    derivation: Derivation | None = None
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """The last line: how many memories stand above it, of how many agents, and what beside.

    `settings` are those of the agents that were given any, whether or not they have memories.
    """

    agents: int
    memories: int
    settings: Mapping[str, AgentSettings] = field(default_factory=dict)
    decisions: int = 0
    marks: int = 0
    changes: int = 0
    outcomes: int = 0


def line_of(one: Header | Exported | Beside | End) -> bytes:
    """The line, its end included."""
    if isinstance(one, Exported):
        said = memory_json(one)
    elif isinstance(one, End):
        said = {"end": _end_json(one)}
    elif isinstance(one, Header):
        said = {
            "format": one.format,
            "memsvc": one.memsvc,
            "made_at": one.made_at,
            "tenant": one.tenant,
            "agents": one.agents,
        }
    else:
        said = beside_json(one)
    return orjson.dumps(said, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def header_in(line: bytes) -> Header:
    """What a first line says; raises NotALine and OtherFormat."""
    held = _object(line)
    try:
        memsvc, format_ = text(held["memsvc"]), count(held["format"])
        if format_ not in FORMATS:
            raise OtherFormat(format_)
        made_at = moment(held["made_at"])
        return Header(text(held["tenant"]), text(held["agents"]), made_at, memsvc, format_)
    except BROKEN as error:
        raise NotALine from error


def exported_in(line: bytes) -> Exported | Beside | End:
    """What a further line says; raises NotALine."""
    held = _object(line)
    try:
        if "end" in held:
            return _end(held["end"])
        beside = beside_in(held)
        return _exported(held) if beside is None else beside
    except BROKEN as error:
        raise NotALine from error


def memory_json(one: Exported) -> dict[str, Any]:
    """A memory with its history; how it was derived and what was told of it, where there is any."""
    said = as_object(one.memory)
    said["history"] = [
        {
            "version": past.memory.version,
            "recorded_at": past.recorded_at,
            "superseded_at": past.superseded_at,
            **worded_object(past.memory),
        }
        for past in one.history
    ]
    if one.derivation is not None:
        said["derivation"] = one.derivation
    if one.uses:
        said["feedback"] = one.uses
    return said


def _exported(held: Mapping[str, Any]) -> Exported:
    memory = memory_in(held)
    derivation = held.get("derivation")
    return Exported(
        memory,
        tuple(_past(memory, version) for version in held["history"]),
        None if derivation is None else _derivation(derivation),
        tuple(_use(one) for one in held.get("feedback", ())),
    )


def _past(memory: Memory, held: Mapping[str, Any]) -> Past:
    worded = memory._replace(version=count(held["version"]), **worded_in(held))
    return Past(worded, moment(held["recorded_at"]), moment(held["superseded_at"]))


def _derivation(held: Mapping[str, Any]) -> Derivation:
    relation, trust = held["relation"], held["stated_trust"]
    if relation not in DERIVATIONS:
        raise ValueError
    return Derivation(relation, None if trust is None else Trust(trust), flag(held["states"]))


def _use(held: Mapping[str, Any]) -> Use:
    return Use(
        moment(held["at"]),
        Outcome(held["outcome"]),
        real(held["elapsed_days"]),
        real(held["stability_days"]),
        real(held["difficulty"]),
    )


def _end_json(end: End) -> dict[str, Any]:
    said: dict[str, Any] = {"agents": end.agents, "memories": end.memories}
    counts = {
        "decisions": end.decisions,
        "marks": end.marks,
        "changes": end.changes,
        "outcomes": end.outcomes,
    }
    said |= {name: found for name, found in counts.items() if found}
    if end.settings:
        said["settings"] = {agent_id: one.as_json() for agent_id, one in end.settings.items()}
    return said


def _end(held: Mapping[str, Any]) -> End:
    settings = held.get("settings", {})
    return End(
        count(held["agents"]),
        count(held["memories"]),
        {id_(agent_id): _settings(one) for agent_id, one in settings.items()},
        count(held.get("decisions", 0)),
        count(held.get("marks", 0)),
        count(held.get("changes", 0)),
        count(held.get("outcomes", 0)),
    )


def _settings(held: Mapping[str, Any]) -> AgentSettings:
    for by_kind in ("retention", "decay"):
        if not set(held.get(by_kind, {}).keys()) <= set(Kind):
            raise ValueError
    return settings_in(held)


def _object(line: bytes) -> dict[str, Any]:
    try:
        held = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NotALine from error
    if not isinstance(held, dict):
        raise NotALine
    return held

"""The settings of one agent: all that an operator may choose about its memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from memsvc.core.admission import Admission
from memsvc.core.fading import STANDARD_DECAY, DecayPolicies, decay_in
from memsvc.core.handbook.settings import STANDARD_HANDBOOK, HandbookSettings, handbook_in
from memsvc.core.retaining import WITHOUT_END, RetentionPolicy, policy_in
from memsvc.core.weights import STANDARD, Weights


class Contradiction(StrEnum):
    """What becomes of a statement that another one contradicts."""

    SUPERSEDE = "supersede"
    """The newer one ends the older, or both are disputed."""
    OFF = "off"
    """All stand side by side."""


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """How an agent's memories are ranked, kept, fade, come in and end each other; its handbook."""

    weights: Weights = STANDARD
    retention: RetentionPolicy = WITHOUT_END
    decay: DecayPolicies = STANDARD_DECAY
    admission: Admission = Admission.STANDARD
    contradiction: Contradiction = Contradiction.SUPERSEDE
    handbook: HandbookSettings = STANDARD_HANDBOOK

    def as_json(self) -> dict[str, Any]:
        """As exports and the database say it: what is as without settings is left out."""
        said: dict[str, Any] = {"ranking": asdict(self.weights)}
        if self.retention.days:
            said["retention"] = self.retention.as_json()
        if self.decay != STANDARD_DECAY:
            said["decay"] = self.decay.as_json()
        if self.admission is not Admission.STANDARD:
            said["admission"] = self.admission.value
        if self.contradiction is not Contradiction.SUPERSEDE:
            said["contradiction"] = self.contradiction.value
        if self.handbook != STANDARD_HANDBOOK:
            said["handbook"] = self.handbook.as_json()
        return said


WITHOUT_SETTINGS = AgentSettings()
"""Of an agent that was given none."""


def settings_in(held: Mapping[str, Any]) -> AgentSettings:
    """The settings that are said so; what a later version says beside them is passed over.

    Raises KeyError, TypeError, ValueError or InvalidRequest for what are no settings.
    """
    ranking = held["ranking"]
    return AgentSettings(
        Weights(*(_real(ranking[name]) for name in ("retention", "importance", "trust"))),
        policy_in(held.get("retention", {})),
        decay_in(held.get("decay", {})),
        Admission(held.get("admission", Admission.STANDARD)),
        Contradiction(held.get("contradiction", Contradiction.SUPERSEDE)),
        handbook_in(held.get("handbook", {})),
    )


def _real(value: Any) -> float:
    if type(value) not in (int, float):
        raise TypeError
    return float(value)

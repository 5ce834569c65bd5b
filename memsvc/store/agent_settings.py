"""An agent's settings as they lie in its row: JSON, NULL until some are given."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any

import orjson

from memsvc.core.retaining import RetentionPolicy, policy_in
from memsvc.core.weights import Weights

WITH_RETENTION = '"retention":{"'
"""Stands in what is stored when, and only when, some kind is kept for a time only."""


@lru_cache(maxsize=1024)  # every search reads them, and they hardly ever change
def settings_in(stored: str) -> tuple[Weights, RetentionPolicy]:
    """What an agent's settings hold; what a later version wrote beside it stays."""
    held = orjson.loads(stored)
    ranking, retention = held["ranking"], held.get("retention", {})
    weights = Weights(ranking["retention"], ranking["importance"], ranking["trust"])
    return weights, policy_in(retention)


def as_stored(weights: Weights, retention: RetentionPolicy) -> str:
    """The settings as they are stored."""
    settings: dict[str, Any] = {"ranking": asdict(weights)}
    if retention.days:
        settings["retention"] = retention.as_json()
    return orjson.dumps(settings).decode()

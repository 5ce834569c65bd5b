"""An agent's settings as they lie in its row: JSON, NULL until some are given."""

from __future__ import annotations

from functools import lru_cache

import orjson

from memsvc.core import agent_settings
from memsvc.core.agent_settings import AgentSettings

WITH_RETENTION = '"retention":{"'
"""Stands in what is stored when, and only when, some kind is kept for a time only."""


@lru_cache(maxsize=1024)  # every search reads them, and they hardly ever change
def settings_in(stored: str) -> AgentSettings:
    """What an agent's settings hold; what a later version wrote beside it stays."""
    return agent_settings.settings_in(orjson.loads(stored))


def as_stored(settings: AgentSettings) -> str:
    """The settings as they are stored."""
    return orjson.dumps(settings.as_json()).decode()

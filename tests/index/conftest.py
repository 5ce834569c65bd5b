"""Every `MemoryIndex` there is, for the tests of what all promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from memsvc.index.agent_index import AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.protocol import MemoryIndex
from tests.index.made import DIMENSION

Build: TypeAlias = Callable[[int], MemoryIndex]


@pytest.fixture(params=[AgentIndex, ExactIndex])
def index(request: pytest.FixtureRequest) -> MemoryIndex:
    build: Build = request.param
    return build(DIMENSION)

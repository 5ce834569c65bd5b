"""The twin worlds with indexes in the database: what is left of S there is nothing, either."""

from __future__ import annotations

from contextlib import ExitStack
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import fresh_database
from tests.worlds.test_twin_world import TwinWorld
from tests.worlds.world import World


class PgvectorTwinWorld(TwinWorld):
    """Both worlds on a server, each with a database of its own."""

    server: ClassVar[str] = ""
    readable: ClassVar[str] = "vectors_and_words"

    def __init__(self) -> None:
        self.databases = ExitStack()
        super().__init__()

    def world(self, name: str) -> World:
        return World(
            self.folder / name,
            self.clock,
            database_url=self.databases.enter_context(fresh_database(self.server)),
            # Drafts are drawn by it, and both worlds draw the same ones.
            root_key="11" * 32,
            index={"pgvector": self.readable, "pgvector_above": 0},
        )

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self.databases.close()


@pytest.fixture(params=["vectors_and_words", "vectors"])
def machine(request: pytest.FixtureRequest, postgres: str) -> type[PgvectorTwinWorld]:
    PgvectorTwinWorld.server, PgvectorTwinWorld.readable = postgres, request.param
    return PgvectorTwinWorld


@pytest.mark.usefixtures("scanning_here")
def test_nothing_is_left_of_s_in_tables(machine: type[PgvectorTwinWorld]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=2 if machine.readable == "vectors_and_words" else 1,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

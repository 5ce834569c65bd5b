"""A life that ends by kill -9 at a chosen step, and a look at what is left.

Run as `python -m tests.faults.dying FOLDER [POSTGRES]`: for n = 1, 2, … a child lives through the
same story and dies at its n-th step, another one starts on what it left, and a line of JSON says
how it went; until the story comes to its end. Children are forked, for loading the libraries takes
longer than a life.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

# Loaded here once, and not by every child when it first needs them.
import alembic.command
import alembic.config
import psycopg
from sqlalchemy import make_url
from sqlalchemy.engine.default import DefaultDialect

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Draft
from memsvc.embedding.hashing import HashingBackend
from memsvc.operations.credentials import first_admin_key, list_keys, recognise
from memsvc.operations.forget import delete_memory
from memsvc.operations.purge import GIVEN_UP, purge
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.revise import Revision, revise
from memsvc.operations.rotate import rotate_due
from memsvc.operations.start import DEFAULT_TENANT
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.sealing.sealed import SealedKeyring
from memsvc.sealing.slot_format import SHREDDED, offset_of
from memsvc.store import agents, memories, shreddings, state
from memsvc.wiring import build_runtime

PURGING = ("VACUUM", "PRAGMA wal_checkpoint", "CHECKPOINT")
PRELOADED = (alembic.command, alembic.config, HashingBackend)

SCOPE = Scope(DEFAULT_TENANT, "a1")
NOW = datetime(2026, 1, 2, tzinfo=UTC)
AT_ONCE = timedelta(0)
STATEMENTS = re.compile(
    r"CREATE TABLE (vectors|key_slots)|(INSERT INTO|DELETE FROM) shreddings"
    r'|VACUUM(?: "vectors")?$|PRAGMA wal_checkpoint|CHECKPOINT'
)
"""Before these it may die, too; of many that are alike in one transaction some will do."""

Say = Callable[[Any], None]
Live = Callable[[Settings, Say], None]
Look = Callable[[Settings, list[dict[str, Any]], str], None]
"""Given what was said before the end, and the step at which it came."""


class Steps:
    """Counts what a process does that outlives it, and dies at one of these steps."""

    def __init__(self, last: int) -> None:
        self.count, self._last = 0, last
        self._note = os.memfd_create("step")
        self._changed: dict[sqlite3.Connection, int] = {}

    def take(self, step: str) -> None:
        self.count += 1
        if self.count == self._last:
            os.write(self._note, step.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def last_one(self) -> str:
        """The step at which it died."""
        return os.pread(self._note, 200, 0).decode()

    def watch(self) -> None:
        """Stand before everything that changes a file or the database."""
        for name in ("pwrite", "fsync", "fdatasync", "link", "unlink"):
            self._before(os, name, name)
        self._before(SealedKeyring, "shred", "shred")
        commit, execute = DefaultDialect.do_commit, DefaultDialect.do_execute
        plain = DefaultDialect.do_execute_no_params

        def do_commit(dialect: Any, connection: Any) -> None:
            if self._changes(connection):
                self.take("COMMIT")
            commit(dialect, connection)

        def do_execute(dialect: Any, cursor: Any, statement: str, *rest: Any) -> None:
            self._statement(statement)
            execute(dialect, cursor, statement, *rest)

        def do_execute_no_params(dialect: Any, cursor: Any, statement: str, *rest: Any) -> None:
            self._statement(statement)
            plain(dialect, cursor, statement, *rest)

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
        DefaultDialect.do_execute = do_execute  # type: ignore[method-assign]
        DefaultDialect.do_execute_no_params = do_execute_no_params  # type: ignore[method-assign]

    def _statement(self, statement: str) -> None:
        if counted := STATEMENTS.match(" ".join(statement.split())):
            self.take(counted.group())

    def _changes(self, pooled: Any) -> bool:
        connection = pooled.dbapi_connection
        if not isinstance(connection, sqlite3.Connection):
            return not connection.read_only
        before = self._changed.get(connection, 0)
        self._changed[connection] = connection.total_changes
        return connection.total_changes > before

    def _before(self, holder: Any, name: str, step: str) -> None:
        real = getattr(holder, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            self.take(step)
            return real(*arguments, **named)

        setattr(holder, name, counted)


def write_two(runtime: Runtime, _say: Say) -> None:
    drafts = [Draft(content=f"{id_} as written", id=id_, user_id="ana") for id_ in ("one", "two")]
    write(runtime, SCOPE, drafts)


def write_three(runtime: Runtime, _say: Say) -> None:
    write(runtime, SCOPE, [Draft(content="three as written", id="three", user_id="bob")])


def change_one(runtime: Runtime, _say: Say) -> None:
    revise(runtime, SCOPE, "one", Revision({"content": "one as changed"}))


def delete_two(runtime: Runtime, say: Say) -> None:
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, SCOPE.tenant, SCOPE.agent_id)
        assert agent is not None
        row = memories.by_id(tx, agent.agent_key, "two")
    assert row is not None
    say({"slot": row.key_slot})
    delete_memory(runtime, SCOPE, "two")


def tidy(runtime: Runtime, _say: Say) -> None:
    rotate_due(runtime, AT_ONCE)
    assert purge(runtime, AT_ONCE)


STORY = (write_two, write_three, change_one, delete_two, tidy)
WRITTEN = {"one": "one as written", "two": "two as written"}
THREE = WRITTEN | {"three": "three as written"}
CHANGED = THREE | {"one": "one as changed"}
DELETED = {name: content for name, content in CHANGED.items() if name != "two"}
HELD: tuple[dict[str, str], ...] = ({}, WRITTEN, THREE, CHANGED, DELETED, DELETED)
"""What there is after so many acts of the story."""


def live(settings: Settings, say: Say) -> None:
    """The story, each act acknowledged."""
    runtime = opened(settings, NOW)
    say({"key": first_admin_key(runtime, DEFAULT_TENANT, "")})
    for act in STORY:
        act(runtime, say)
        say({"done": act.__name__})
    runtime.close()


def look(settings: Settings, said: list[dict[str, Any]], last_step: str) -> None:
    """Start on what is left and hold it against what was said; AssertionError tells."""
    told = {name: value for one in said for name, value in one.items()}
    if {"done": delete_two.__name__} in said and not settings.database_url:
        keys = (settings.data_dir / "keys.bin").read_bytes()
        assert keys[offset_of(told["slot"]) :].startswith(SHREDDED), "destroyed before the answer"
    runtime = opened(settings, NOW + GIVEN_UP)
    done = sum("done" in one for one in said)
    held = contents(runtime)
    assert held in HELD[done : done + 2], f"after {done} acts there is {held}"
    first_admin_key(runtime, DEFAULT_TENANT, "")
    assert len(list_keys(runtime, DEFAULT_TENANT)) == 1
    if "key" in told:
        assert recognise(runtime, told["key"]) is not None
    with runtime.database.snapshot() as tx:
        assert not shreddings.ordered(tx)
        owed = {name: state.get(tx, name) for name in (state.PURGE_DUE, state.PURGE_BEGUN)}
        agent = agents.find(tx, SCOPE.tenant, SCOPE.agent_id)
    if held == DELETED:
        assert agent is not None
        assert not runtime.keyring.keys(agent.agent_key, agent.wrapped_key, [told["slot"]])
        assert done < len(STORY) or not any(owed.values()), "the purge was acknowledged"
        if last_step.startswith(PURGING):
            assert any(owed.values()), "the purge is not over"
            assert purge(runtime, AT_ONCE), "and is gone through again"
    go_on(runtime)
    runtime.close()


def go_on(runtime: Runtime) -> None:
    """What is left serves like any other."""
    held = contents(runtime)
    write(runtime, SCOPE, [Draft(content="more", id="more", user_id="ana")])
    assert contents(runtime) == held | {"more": "more"}
    delete_memory(runtime, SCOPE, "more")
    assert contents(runtime) == held


def contents(runtime: Runtime) -> dict[str, str]:
    with runtime.database.snapshot() as tx:
        if agents.find(tx, SCOPE.tenant, SCOPE.agent_id) is None:
            return {}
    return {one.id: one.content for one in list_memories(runtime, SCOPE, Listing()).memories}


def opened(settings: Settings, now: datetime) -> Runtime:
    return build_runtime(settings, lambda _line: None, clock=FixedClock(now))


def forked(work: Callable[[], None]) -> tuple[int, str]:
    """Run it in a child; its wait status, and what it wrote to standard error."""
    complaints = os.memfd_create("stderr")
    child = os.fork()
    if child == 0:
        os.dup2(complaints, 2)
        status = 1
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - the parent is told, whatever it is
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    size = os.fstat(complaints).st_size
    return status, os.pread(complaints, size, 0).decode()


def one_life(settings: Settings, steps: Steps, live: Live, look: Look) -> dict[str, Any]:
    """Live up to a step, look, and tell."""
    answers = os.memfd_create("answers")

    def say(what: Any) -> None:
        steps.take("answer")
        os.write(answers, json.dumps(what).encode() + b"\n")

    def story() -> None:
        steps.watch()
        live(settings, say)

    status, complaint = forked(story)
    text = os.pread(answers, os.fstat(answers).st_size, 0).decode()
    said = [json.loads(line) for line in text.splitlines()]
    looked, found = forked(lambda: look(settings, said, steps.last_one))
    return {
        "step": steps.last_one,
        "over": not os.WIFSIGNALED(status),
        "complaint": complaint + (found if looked else ""),
    }


@contextmanager
def home(folder: Path, server: str | None) -> Iterator[Settings]:
    """An empty place to live in; on a server a schema, which is made sooner than a database."""
    if server is None:
        yield Settings(data_dir=folder, embedding={"backend": "hashing"})
        return
    name = f"life_{folder.name}"
    url = make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
    shown = url.render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
        yield Settings(data_dir=folder, database_url=shown, embedding={"backend": "hashing"})
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


def main(folder: str, server: str | None = None) -> None:
    """All lives, one line each."""
    last, over = 1, False
    while not over:
        with home(Path(folder) / str(last), server) as settings:
            told = one_life(settings, Steps(last), live, look)
        over = told["over"]
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        last += 1


if __name__ == "__main__":
    main(*sys.argv[1:])

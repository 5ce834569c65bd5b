"""Nothing is kept that the data map does not name, and it names nothing that is not there."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from memsvc.app import create_app
from memsvc.cli.commands import app as commands
from memsvc.clock import FixedClock
from memsvc.core.data_map.entry import MEANS, NAMED_BY, Entry, Holds, Where
from memsvc.core.data_map.files import BACKUP, DATA_DIR, covered
from memsvc.core.data_map.whole import DATA_MAP, as_markdown, kept_in
from memsvc.operations.backup import backup
from memsvc.operations.export import export
from memsvc.operations.purge import purge
from memsvc.operations.rotate import rotate
from memsvc.runtime import Runtime
from memsvc.sealing.assemble import key_files
from memsvc.store import agents
from memsvc.store.schema import upgrade
from memsvc.store.tables import metadata
from memsvc.wiring import build_runtime
from tests.api.site import ADMIN_KEY, NOW, settings_in
from tests.house.source import PACKAGE, ROOT, modules, name, tree

PAGE = ROOT / "docs" / "data-map.md"
PASSPHRASE = "a long enough passphrase"

# A benchmark is a client of the service, with made-up data.
CACHING = [path for path in modules() if PACKAGE / "bench" not in path.parents]
CACHES = {"lru_cache", "cache", "cached_property"}
QUEUES = {"Queue", "SimpleQueue", "LifoQueue", "PriorityQueue", "deque", "OrderedDict"}
ENDINGS = ("Cache", "Queue", "Gatherer", "Recognised", "Waiting")


def test_an_entry_says_everything_and_no_name_has_two() -> None:
    for entry in DATA_MAP:
        assert entry.name
        assert entry.why
        assert entry.destroyed_by
        assert entry.kept
        assert "|" not in f"{entry.name}{entry.why}{entry.destroyed_by}{entry.kept}"
    assert len({(entry.where, entry.name) for entry in DATA_MAP}) == len(DATA_MAP)
    assert set(MEANS) == set(Holds)
    assert set(NAMED_BY) == set(Where)


def test_in_the_database_nothing_personal_is_readable() -> None:
    assert not [entry.name for entry in kept_in(Where.DATABASE) if entry.holds is Holds.PERSONAL]


def test_every_column_has_an_entry_and_every_entry_a_column(tmp_path: Path) -> None:
    file = tmp_path / "memsvc.db"
    upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        tables = [one for (one,) in connection.execute("SELECT tbl_name FROM sqlite_master")]
        there = {
            f"{table}.{row[1]}"
            for table in tables
            for row in connection.execute(f"PRAGMA table_info({table})")
        }
    there |= {str(column) for table in metadata.tables.values() for column in table.columns}

    assert {entry.name for entry in kept_in(Where.DATABASE)} == there


def test_what_is_sealed_or_a_token_is_bytes() -> None:
    held = {entry.name: entry.holds for entry in kept_in(Where.DATABASE)}
    opaque = {Holds.SEALED, Holds.IDENTITY_TOKEN, Holds.DIGEST, Holds.KEY}
    for table in metadata.tables.values():
        for column in table.columns:
            is_bytes = column.type.python_type is bytes
            assert not is_bytes or held[str(column)] in opaque | {Holds.NUMBER}
            assert is_bytes or held[str(column)] not in opaque


def test_every_file_of_a_running_service_is_covered(tmp_path: Path) -> None:
    data, kept = tmp_path / "data", tmp_path / "backup"
    settings = settings_in(data)
    runtime = build_runtime(settings, lambda _line: None, clock=FixedClock(NOW))
    seen: set[str] = set()
    with TestClient(
        create_app(settings, build=lambda: runtime),
        headers={"Authorization": f"Bearer {ADMIN_KEY}"},
    ) as client:
        for _ in lived_through(client, runtime, kept, tmp_path / "export.jsonl"):
            seen |= set(below(data))
    seen |= set(below(data))

    assert {"memsvc.db", "memsvc.db-wal", "memsvc.db-shm", "keys.bin", "root.key"} <= seen
    assert [path for path in sorted(seen) if not covered(path, DATA_DIR)] == []
    assert below(kept)
    assert [path for path in below(kept) if not covered(path, BACKUP)] == []
    assert not covered("notes.txt", DATA_DIR)


def lived_through(
    client: TestClient, runtime: Runtime, kept: Path, exported: Path
) -> Iterator[str]:
    """Use all that writes; pauses after each act."""
    path = "/v1/agents/a1/memories"
    draft = {"content": "It rains.", "user_id": "ana", "session_id": "s1"}
    drafts = [draft | {"id": f"m{number}", "content": f"Day {number}"} for number in range(20)]
    written = client.post(path, json={"memories": drafts}, headers={"Idempotency-Key": "k1"})
    assert written.status_code == 201
    yield "written"
    assert client.post("/v1/agents/a1/search", json={"query": "rain"}).status_code == 200
    assert client.post("/v1/agents/a1/context", json={"query": "rain"}).status_code == 200
    yield "searched"
    assert client.patch(f"{path}/m1", json={"content": "Day one"}).status_code == 200
    assert client.delete(f"{path}/m2").status_code == 204
    yield "changed"
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, "default", "a1")
    assert agent is not None
    rotate(runtime, agent.agent_key)
    runtime.database.purge(vacuum=True)
    purge(runtime, runtime.clock.now() - runtime.clock.now())
    yield "purged"
    files = key_files(runtime_folder(kept))
    backup(runtime, kept, PASSPHRASE, files, lambda _table, _rows: None)
    yield "backed up"
    export(runtime, exported, "default", "*", lambda _done, _total: None)
    yield "exported"


def runtime_folder(kept: Path) -> Path:
    """The data directory beside the backup."""
    return kept.with_name("data")


def below(folder: Path) -> list[str]:
    """Every file below the folder, by its path there."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()]


def caches_in(path: Path) -> Iterator[str]:
    """Caches and queues of a module, as the map names them."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for found in _caches(tree(path), ()):
        yield f"{module}:{found}"


def _caches(node: ast.AST, within: tuple[str, ...]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            if child.name.endswith(ENDINGS):
                yield ".".join((*within, child.name))
            yield from _caches(child, (*within, child.name))
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(_called(one) in CACHES for one in child.decorator_list):
                yield ".".join((*within, child.name))
            body = ast.Module(child.body, [])
            yield from _caches(body, (*within, child.name))
        elif isinstance(child, ast.Assign | ast.AnnAssign) and child.value and _made(child.value):
            yield _assigned(child, within)
        elif isinstance(child, ast.Call) and _called(child.func) in CACHES | QUEUES:
            # It has no name of its own: its function's is taken.
            yield ".".join(within)
        else:
            yield from _caches(child, within)


def _made(value: ast.expr) -> bool:
    """Whether a cache or queue is made somewhere in the expression."""
    calls = (node for node in ast.walk(value) if isinstance(node, ast.Call))
    return any(_called(call.func) in CACHES | QUEUES for call in calls)


def _called(node: ast.expr) -> str:
    """The last word of what is called, or decorates."""
    if isinstance(node, ast.Call):
        return _called(node.func)
    return str(getattr(node, "attr", None) or getattr(node, "id", ""))


def _assigned(node: ast.Assign | ast.AnnAssign, within: tuple[str, ...]) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if isinstance(target, ast.Attribute):
        # `self._queue` belongs to the class, whichever method makes it.
        return ".".join((*within[:-1], target.attr))
    return ".".join((*within, getattr(target, "id", "?")))


def test_every_cache_and_queue_has_an_entry() -> None:
    found = {one for path in CACHING for one in caches_in(path)}
    listed = {entry.name for entry in kept_in(Where.RAM)}

    assert sorted(found - listed) == []


@pytest.mark.parametrize("entry", kept_in(Where.RAM), ids=lambda entry: entry.name)
def test_what_the_map_names_in_memory_is_there(entry: Entry) -> None:
    module, _, qualified = entry.name.partition(":")
    path = (ROOT / module.replace(".", "/")).with_suffix(".py")
    assert path.exists(), name(path)
    parts = qualified.split(".")
    inside: ast.AST = tree(path)
    for part in parts[:-1]:
        inside = next(node for node in ast.walk(inside) if getattr(node, "name", None) == part)
    wanted = parts[-1]
    assert any(
        wanted in (getattr(node, "name", None), getattr(node, "attr", None))
        for node in ast.walk(inside)
    )


def test_the_search_sees_caches_in_every_dress() -> None:
    source = (
        "@lru_cache\ndef a(): ...\n"
        "@functools.cache\ndef b(): ...\n"
        "class C:\n"
        "    def __init__(self):\n        self._d: deque[int] = deque()\n"
        "    @cached_property\n    def e(self): ...\n"
        "    def f(self):\n        self._g = lru_cache(maxsize=1)(self.h)\n"
        "class NameCache: ...\n"
        "i = queue.Queue()\n"
        "def j():\n    return collections.OrderedDict()\n"
    )

    assert set(_caches(ast.parse(source), ())) == {
        "a", "b", "C._d", "C.e", "C._g", "NameCache", "i", "j"
    }  # fmt: skip


def test_the_page_is_the_map() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_markdown(), (
        "write it anew: memsvc data-map --markdown > docs/data-map.md"
    )


@pytest.mark.parametrize("option", ["--markdown", "--json", None])
def test_the_command_prints_the_map(option: str | None) -> None:
    done = CliRunner().invoke(commands, ["data-map", *filter(None, [option])])

    assert done.exit_code == 0
    for wanted in ("keys.bin", "sealed"):
        assert wanted in done.stdout
    if option == "--markdown":
        assert done.stdout == as_markdown()

"""What statistics count cannot be changed without being counted.

A memory's kind, status, trust, uses and whether it is held back are columns of `memories`; whoever
writes that table has to go through `store.tallies` in the same function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from memsvc.store.statistics_tables import MOST_USES
from memsvc.store.sums import Cell
from memsvc.store.tables import memories
from memsvc.store.tallies import CELL, COUNTED
from tests.house.source import PACKAGE, ROOT, modules, name, tree

WRITES = {"insert", "update", "delete", "PreparedInsert"}
STORE = PACKAGE / "store"
MAY_COPY = {
    "memsvc/store/copying.py",  # all rows of all tables, the counters among them
    "memsvc/store/agents.py",  # all rows of an agent, which `removing_all` counts before
}


def writes_memories(node: ast.AST) -> bool:
    """Whether it makes a statement that writes `memories`."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Attribute) and called.attr in WRITES:
        return isinstance(called.value, ast.Name) and called.value.id == "memories"
    if not isinstance(called, ast.Name) or called.id not in WRITES or not node.args:
        return False
    return isinstance(node.args[0], ast.Name) and node.args[0].id == "memories"


def counts(node: ast.AST) -> bool:
    """Whether it calls a function of `tallies`; what it names of it besides counts nothing."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return isinstance(node.func.value, ast.Name) and node.func.value.id == "tallies"


def uncounted(module: ast.Module) -> Iterator[str]:
    """Functions that write memories, by themselves or by a statement made above, uncounted."""
    made = {
        target.id
        for node in module.body
        if isinstance(node, ast.Assign) and any(map(writes_memories, ast.walk(node.value)))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        inside = list(ast.walk(node))
        writes = any(map(writes_memories, inside)) or any(
            isinstance(one, ast.Name) and one.id in made for one in inside
        )
        if writes and not any(map(counts, inside)):
            yield node.name


@pytest.mark.parametrize("path", modules(STORE), ids=name)
def test_whoever_writes_memories_counts_them(path: Path) -> None:
    assert name(path) in MAY_COPY or list(uncounted(tree(path))) == []


def test_agents_are_counted_before_they_go() -> None:
    source = (STORE / "agents.py").read_text(encoding="utf-8")
    erase = source[source.index("def erase(") :]

    assert erase.index("tallies.removing_all(") < erase.index("delete(table)")


def test_nobody_else_writes_memories_in_words() -> None:
    found = [
        name(path)
        for path in modules(STORE)
        for words in ("UPDATE memories", "DELETE FROM memories", "INSERT INTO memories")
        if words in path.read_text(encoding="utf-8")
    ]

    assert found == []


def test_what_is_counted_by_is_named_once() -> None:
    assert {column.name for column in CELL} == set(COUNTED)
    assert {column.name for column in memories.columns} >= COUNTED
    assert len(Cell._fields) == len(CELL)
    migration = (ROOT / "migrations" / "versions" / "0009_statistics.py").read_text()
    assert f"WHEN use_count > {MOST_USES} THEN {MOST_USES} ELSE use_count END AS uses" in migration


def test_the_search_sees_statements_in_every_dress() -> None:
    module = ast.parse(
        "_CHANGE = update(memories).where(x)\n"
        "_ADD = PreparedInsert(memories)\n"
        "_OTHER = PreparedInsert(vectors)\n"
        "def a(tx): tx.execute(_CHANGE)\n"
        "def b(tx): _ADD.run(tx, [])\n"
        "def c(tx): tx.execute(delete(memories))\n"
        "def d(tx): tx.execute(memories.update())\n"
        "def e(tx): tallies.added(tx, []); _ADD.run(tx, [])\n"
        "def f(tx): _OTHER.run(tx, [])\n"
        "def g(tx): tx.execute(select(memories))\n"
        "def h(tx): tx.execute(delete(memories).returning(*tallies.CELL))\n"
        "def i(tx): len(tallies.CELL); tx.execute(memories.update())\n"
        "def j(tx): tallies.removed(tx, tx.execute(delete(memories).returning(*tallies.CELL)))\n"
    )

    assert list(uncounted(module)) == ["a", "b", "c", "d", "h", "i"]


@pytest.mark.parametrize(
    ("path", "counting", "function"),
    [
        ("restrictions.py", "tallies.hidden(tx, agent_key, tx.execute(seen))", "hold_back"),
        ("memories.py", "tallies.removed(tx, agent_key, rows)", "erase"),
    ],
)
def test_the_search_sees_what_is_counted_no_more(path: str, counting: str, function: str) -> None:
    source = (STORE / path).read_text(encoding="utf-8")
    assert source.count(counting) == 1

    assert list(uncounted(ast.parse(source.replace(counting, "pass")))) == [function]

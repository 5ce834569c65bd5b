"""A module holds one idea and a function fits a screen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.source import ROOT, modules, name, tree

LARGEST_MODULE = 400
AIMED_MODULE = 300
LARGEST_FUNCTION = 60

# Modules over the aim, each with the reason why it still holds one idea.
OVER_THE_AIM: dict[str, str] = {}

HOUSE = [*modules(), *modules(ROOT / "migrations")]
# A revision lists every table in one go, and is never edited again.
GENERATED = ROOT / "migrations" / "versions"


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", modules(), ids=name)
def test_no_module_is_too_long(path: Path) -> None:
    assert lines(path) <= LARGEST_MODULE


def test_modules_over_the_aim_give_their_reason() -> None:
    over = {name(path) for path in modules() if lines(path) > AIMED_MODULE}

    assert over == set(OVER_THE_AIM)
    assert all(OVER_THE_AIM.values())


@pytest.mark.parametrize(
    "path", [path for path in HOUSE if GENERATED not in path.parents], ids=name
)
def test_no_function_is_too_long(path: Path) -> None:
    too_long = {
        node.name: length
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LARGEST_FUNCTION
    }

    assert too_long == {}

"""Names say what a thing is; some words say nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, modules, name, tree

EMPTY_WORDS = {"util", "helper", "common", "service", "manager", "processor", "handler"}

HOUSE = [*modules(), *modules(ROOT / "migrations")]


def words(identifier: str) -> set[str]:
    """The words of a snake_case or CamelCase name, lower case, without a plural s."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", identifier)
    return {part.lower().removesuffix("s") for part in parts}


@pytest.mark.parametrize(
    ("identifier", "empty"),
    [
        ("utils", {"util"}),
        ("http_helpers", {"helper"}),
        ("MemoryManager", {"manager"}),
        ("HTTPService", {"service"}),
        ("Serviceable", set()),
        ("commons", {"common"}),
        ("group_commit", set()),
    ],
)
def test_words_are_told_apart(identifier: str, empty: set[str]) -> None:
    assert words(identifier) & EMPTY_WORDS == empty


@pytest.mark.parametrize("path", HOUSE, ids=name)
def test_no_module_or_class_has_an_empty_name(path: Path) -> None:
    inside = path.relative_to(ROOT)
    names = [*inside.parent.parts, inside.stem] + [
        node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)
    ]

    assert [given for given in names if words(given) & EMPTY_WORDS] == []

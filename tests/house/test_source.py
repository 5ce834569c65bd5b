"""What no file of the house may hold, and what every package must."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT, committed, modules, name, tree

# A command line and a benchmark print; everything else logs.
MAY_PRINT = ("memsvc/cli/", "memsvc/bench/")
# Imported inside functions only: they take seconds to load.
SLOW_TO_IMPORT = {"sentence_transformers", "torch", "transformers"}
# Of the standard library, what acts or knows the time.
NOT_PURE = {
    "asyncio", "concurrent", "io", "logging", "multiprocessing", "os", "pathlib", "random",
    "secrets", "shutil", "signal", "socket", "sqlite3", "subprocess", "tempfile", "threading",
    "time", "urllib", "uuid",
}  # fmt: skip
# Pure code of others, each where alone it is used: the calendar, canonical JSON, arithmetic on
# arrays.
PURE_LIBRARIES = {
    "memsvc/core/spans.py": {"dateutil"},
    "memsvc/core/canonical.py": {"rfc8785"},
    "memsvc/core/content_words.py": {"Stemmer"},
    **{
        f"memsvc/core/{name}.py": {"numpy"}
        for name in (
            "bm25",
            "decay",
            "evidence",
            "explaining",
            "handbook/choosing",
            "handbook/effects",
            "handbook/following",
            "handbook/success",
            "handbook/worth",
            "needles",
            "neighbours",
            "ranking",
            "topics",
        )
    },
}
# Put together here, for this file is searched too.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
MACHINE_PATH = re.compile(
    r"(?<![\w.:/~-])/(?:" + "|".join(("root", "work", "home", "Users")) + r")/\w"
)
# Inside an image a home is no machine's.
IMAGE_FILES = {"Dockerfile", "docker-compose.yml"}


def texts() -> Iterator[tuple[Path, str]]:
    for path in committed():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not text


def imported_at_load(module: ast.Module) -> set[str]:
    """First names of what a module imports when it is loaded: everything outside functions."""
    found: set[str] = set()
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found


@pytest.mark.parametrize(
    "package",
    sorted({path.parent for path in modules()}),
    ids=name,
)
def test_every_package_says_what_it_is(package: Path) -> None:
    assert ast.get_docstring(tree(package / "__init__.py"))


@pytest.mark.parametrize("path", modules(), ids=name)
def test_only_the_command_line_prints(path: Path) -> None:
    prints = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "pprint"}
    ]

    assert prints == [] or name(path).startswith(MAY_PRINT)


@pytest.mark.parametrize("path", modules(), ids=name)
def test_slow_libraries_are_imported_when_they_are_needed(path: Path) -> None:
    assert imported_at_load(tree(path)) & SLOW_TO_IMPORT == set()


@pytest.mark.parametrize("path", modules(PACKAGE / "core"), ids=name)
def test_core_needs_the_pure_standard_library_alone(path: Path) -> None:
    used = imported_at_load(tree(path)) - {"memsvc"} - PURE_LIBRARIES.get(name(path), set())

    assert used <= sys.stdlib_module_names
    assert used & NOT_PURE == set()


def test_import_search_sees_the_module_and_not_its_functions() -> None:
    module = ast.parse(
        "import a.b\n"
        "from c.d import e\n"
        "try:\n    import f\nexcept ImportError:\n    import g\n"
        "class H:\n    import i\n"
        "if TYPE_CHECKING:\n    import j\nelse:\n    import k\n"
        "def l():\n    import m\n"
    )

    assert imported_at_load(module) == {"a", "c", "f", "g", "i", "k"}


def test_nothing_is_left_unfinished() -> None:
    found = [name(path) for path, text in texts() if UNFINISHED.search(text)]

    assert found == []


def test_no_file_names_a_path_of_some_machine() -> None:
    found = [
        (name(path), hit.group())
        for path, text in texts()
        if path.name not in IMAGE_FILES
        for hit in MACHINE_PATH.finditer(text)
    ]

    assert found == []


def test_the_search_reads_the_house() -> None:
    read = {name(path) for path, _ in texts()}

    assert {"memsvc/errors.py", "pyproject.toml", "tests/house/test_source.py"} <= read
    assert MACHINE_PATH.search("see " + "/home" + "/ann/notes")
    assert not MACHINE_PATH.search("GET https://example.org/home/ann")
    assert UNFINISHED.search("# TO" + "DO: later")


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    titles = re.findall(r"^   (\d+)\. ", text, re.MULTILINE)

    assert text.lstrip().startswith("Apache License\n")
    assert "Version 2.0, January 2004" in text
    assert titles == [str(number) for number in range(1, 10)]
    assert "END OF TERMS AND CONDITIONS" in text

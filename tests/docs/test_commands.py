"""Every command line that the documentation names is one that there is, option by option."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from memsvc.cli.commands import app
from tests.docs.reading import pages, split, text_of
from tests.house.source import ROOT

PROGRAM = typer.main.get_command(app)
LINE = re.compile(r"(?:^|[\s|&;(])memsvc ([a-z][^\n|;&)]*)", re.MULTILINE)
INLINE = re.compile(r"`memsvc ([a-z][^`\n]*)`")
SHELLS = {"sh", "console"}


def named(text: str) -> Iterator[str]:
    """What stands behind `memsvc` in shells and in code within a line."""
    blocks, prose = split(text)
    yield from INLINE.findall(prose)
    for block in blocks:
        if block.language in SHELLS:
            yield from LINE.findall(block.text.replace("\\\n", " "))


def words_of(line: str) -> list[str]:
    """The words of a line up to a comment; brackets of a synopsis are left out."""
    try:
        return shlex.split(line.replace("[", " ").replace("]", " "), comments=True)
    except ValueError:
        return line.split()


def unknown(line: str) -> list[str]:
    """The words that no command or option of ours has."""
    command: Any = PROGRAM
    words = words_of(line)
    # A group of commands has these by name; a command has none.
    while words and hasattr(command, "commands"):
        if words[0] not in command.commands:
            return words[:1]
        command, words = command.commands[words[0]], words[1:]
    options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    given = [word.partition("=")[0] for word in words if word.startswith("--")]
    return [option for option in given if option not in {*options, "--help"}]


@pytest.mark.parametrize(
    "page", [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in pages()]
)
def test_commands_that_are_named_are_there(page: Path) -> None:
    assert {line: wrong for line in named(text_of(page)) if (wrong := unknown(line))} == {}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("serve --workers 2", []),
        ("keys rotate [--agent ID]", []),
        ("keys turn", ["turn"]),
        ("serve --colour", ["--colour"]),
        ("bench probes --json out.json  # figures", []),
    ],
)
def test_what_is_not_there_is_noticed(line: str, wrong: list[str]) -> None:
    assert unknown(line) == wrong

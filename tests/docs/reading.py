"""Reading the documentation: its pages, links, headings and fenced blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.house.source import ROOT

DOCS = ROOT / "docs"
INDEX = DOCS / "README.md"

FENCE = re.compile(r"^ *(?P<ticks>```+)(?P<language>\w*) *$")
LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\((?P<target>[^()\s]+)\)")
HEADING = re.compile(r"^#+ +(?P<text>.*?) *$")


@dataclass(frozen=True)
class Block:
    """A fenced block: the language behind the fence ("" for none), its text, its first line."""

    language: str
    text: str
    line: int


def pages() -> list[Path]:
    """Every page of the documentation, and the README of the house."""
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def split(text: str) -> tuple[list[Block], str]:
    """The fenced blocks of a page in order, and what is left of it without them."""
    blocks: list[Block] = []
    rest: list[str] = []
    inside: list[str] | None = None
    language = ticks = ""
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if inside is None and fence:
            language, ticks, inside = fence["language"], fence["ticks"], []
        elif inside is not None and fence and fence["ticks"] == ticks and not fence["language"]:
            blocks.append(Block(language, "\n".join(inside) + "\n", number - len(inside)))
            inside = None
        else:
            (rest if inside is None else inside).append(line)
    assert inside is None, "a fence is not closed"
    return blocks, "\n".join(rest)


def links(text: str) -> list[str]:
    """Where the links of a page lead, code left out."""
    prose = re.sub(r"`[^`\n]*`", lambda code: "`" * len(code[0]), split(text)[1])
    return [link["target"] for link in LINK.finditer(prose)]


def anchors(text: str) -> set[str]:
    """What can be linked to within a page, as hosts of Markdown make it of its headings."""
    found: dict[str, int] = {}
    result: set[str] = set()
    for line in split(text)[1].splitlines():
        if heading := HEADING.match(line):
            shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading["text"]).lower()
            slug = re.sub(r"[^\w\- ]", "", shown).replace(" ", "-")
            count = found.get(slug, 0)
            found[slug] = count + 1
            result.add(f"{slug}-{count}" if count else slug)
    return result

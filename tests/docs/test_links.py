"""Every link of the documentation leads somewhere, and every page is led to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.reading import INDEX, anchors, links, pages, split, text_of
from tests.house.source import ROOT

each_page = pytest.mark.parametrize(
    "page", [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in pages()]
)


def led_to(page: Path) -> list[tuple[Path, str]]:
    """Files and anchors that the links of a page name; links to other hosts are left out."""
    found = []
    for target in links(text_of(page)):
        if "://" not in target and not target.startswith("mailto:"):
            file, _, anchor = target.partition("#")
            found.append(((page.parent / file).resolve() if file else page, anchor))
    return found


@each_page
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    broken = [
        f"{file.name}#{anchor}"
        for file, anchor in led_to(page)
        if not file.exists() or (anchor and anchor not in anchors(text_of(file)))
    ]

    assert broken == []


@each_page
def test_a_page_has_one_title(page: Path) -> None:
    titles = [one for one in split(text_of(page))[1].splitlines() if one.startswith("# ")]

    assert len(titles) == 1


def test_every_page_can_be_reached_from_the_index() -> None:
    reached, waiting = {INDEX}, [INDEX]
    while waiting:
        for file, _ in led_to(waiting.pop()):
            if file.suffix == ".md" and file not in reached:
                reached.add(file)
                waiting.append(file)

    assert [page.name for page in pages() if page not in reached] == []


def test_the_index_can_be_reached_from_the_readme() -> None:
    assert INDEX in [file for file, _ in led_to(ROOT / "README.md")]


def test_links_and_anchors_are_read_as_a_host_of_markdown_does() -> None:
    text = (
        "# `POST /v1/agents/{id}`: a [b](c.md)\n[x](y.md#z) `[no](no.md)`\n"
        "```\n[no](n)\n```\n# A\n# A\n"
    )

    assert links(text) == ["c.md", "y.md#z"]
    assert anchors(text) == {"post-v1agentsid-a-b", "a", "a-1"}

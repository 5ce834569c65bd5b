"""What a benchmark shows, made a page and read again."""

from __future__ import annotations

from xml.etree import ElementTree

from memsvc.bench.findings import Findings, Plot, Shown, of_json, to_json
from memsvc.bench.machine import Machine
from memsvc.bench.page import page

MACHINE = Machine(
    "2026-11-26T10:00:00Z", "a <processor>", 2, "Linux", "3.11.2", 0.25, {"numpy": "2"}
)


def findings_of(shown: Shown, plots: tuple[Plot, ...] = (), failure: str = "") -> Findings:
    """Findings of a run of half a minute, beside others that used a tenth of the cores."""
    return Findings(
        name="one",
        what="What it does.",
        command="memsvc bench one",
        version="1.2.3",
        machine=MACHINE,
        seconds=30.0,
        others=0.1,
        shown=shown,
        plots=plots,
        failure=failure,
    )


def elements(html: str) -> ElementTree.Element:
    """The page as a tree; raises ParseError unless every element is closed and all is escaped."""
    return ElementTree.fromstring(html)  # noqa: S314 - our own page


def texts(root: ElementTree.Element, tag: str) -> list[str]:
    """The texts of all elements of a kind."""
    return ["".join(one.itertext()).strip() for one in root.iter(tag)]


def cells(shown: Shown, plots: tuple[Plot, ...] = ()) -> list[str]:
    """The cells of all tables of a page, after a round trip through JSON."""
    findings = findings_of(shown, plots)
    assert of_json(to_json([findings])) == (findings,)
    root = elements(page([findings]))
    assert len(list(root.iter("{http://www.w3.org/2000/svg}svg"))) == len(plots)
    return [*texts(root, "th"), *texts(root, "td")]

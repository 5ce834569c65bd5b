"""Command: look at everything the service needs, and say what to do."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from memsvc.cli.terminal import DataDir, settings_with
from memsvc.core.finding import Finding, Level, fails, skipped


def doctor(
    data_dir: DataDir = None,
    full: Annotated[
        bool, typer.Option("--full", help="Look at every memory and every agent; takes longer.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False,
) -> None:
    """Check settings, disk, database, keys, model and indexes, running or not; change nothing.

    Exit status 1 when anything fails.
    """
    from memsvc.logs import configure

    # Nothing but the findings goes to standard output.
    configure("error")
    findings = []
    for finding in _findings(data_dir, full=full):
        findings.append(finding)
        if not as_json:
            typer.echo(rendered(finding))
    typer.echo(as_document(findings) if as_json else summary(findings))
    sys.exit(1 if fails(findings) else 0)


def rendered(finding: Finding) -> str:
    """A finding as one line."""
    said = f"{finding.found}. {finding.remedy}" if finding.remedy else finding.found
    return f"{finding.level:<8}{finding.check:<16}{said}"


def as_document(findings: list[Finding]) -> str:
    """All findings as JSON."""
    document = {"ok": not fails(findings), "findings": [asdict(one) for one in findings]}
    return json.dumps({**document, "counts": _counts(findings)}, indent=2)


def summary(findings: list[Finding]) -> str:
    """The last line: how many findings of each level."""
    counted = ", ".join(f"{count} {level}" for level, count in _counts(findings).items() if count)
    if fails(findings):
        return f"Something is broken: {counted}. Begin with the first that fails."
    if _counts(findings)[Level.WARN]:
        return f"Nothing is broken: {counted}."
    return f"All is well: {counted}."


def _counts(findings: list[Finding]) -> dict[str, int]:
    counted = Counter(one.level for one in findings)
    return {level: counted[level] for level in Level}


def _findings(data_dir: Path | None, *, full: bool) -> Iterator[Finding]:
    # Assembled here: loading all of it takes a second, which other commands need not wait for.
    from memsvc.cli.settings_findings import SETTINGS, no_database, settings_findings, unusable
    from memsvc.operations.examine import CHECKS, examine
    from memsvc.wiring import installation

    try:
        settings = settings_with(data_dir=data_dir)
    except (ValidationError, SettingsError) as error:
        yield from unusable(error)
        yield from (skipped(check, f"{SETTINGS} failed") for check in CHECKS)
        return
    found = settings_findings(settings)
    yield from found
    if no_database(settings):
        yield from (skipped(check, f"{SETTINGS} failed") for check in CHECKS)
        return
    yield from examine(installation(settings), full=full)

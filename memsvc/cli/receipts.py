"""Command: check a receipt where neither the service nor its database is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from memsvc.cli.doctor import rendered
from memsvc.cli.terminal import say
from memsvc.core.audit import entries_in
from memsvc.core.canonical import decoded, values_in
from memsvc.core.finding import Finding, fails, failure
from memsvc.core.receipt import CHAIN, check, check_audit

FILE, GIVEN_KEY = "file", "public key"


def verify_receipt(
    file: Annotated[str, typer.Argument(help="The receipt as JSON; `-`: standard input.")],
    public_key: Annotated[
        str | None,
        typer.Option(help="Key of the service, as `memsvc keys signing` prints it."),
    ] = None,
    audit: Annotated[
        Path | None,
        typer.Option(help="Saved pages of GET /v1/audit, or its records as JSON lines."),
    ] = None,
) -> None:
    """Check a receipt of a forget request, and that the audit log has it; needs no service.

    Exit status 1 when anything fails.
    """
    findings = list(_findings(file, public_key, audit))
    for finding in findings:
        typer.echo(rendered(finding))
    broken = fails(findings)
    say("The receipt does not hold." if broken else "The receipt holds.")
    sys.exit(1 if broken else 0)


def _findings(file: str, public_key: str | None, audit: Path | None) -> Iterator[Finding]:
    from memsvc.sealing.signing import PUBLIC_KEY_BYTES, verifies

    try:
        enveloped = _document(file)
    except ValueError as error:
        yield failure(FILE, f"{file} is not one JSON document: {error}", "Save the receipt again.")
        return
    except OSError as error:
        yield failure(FILE, f"{file} cannot be read: {error.strerror}", "Name another file.")
        return
    key = _key(public_key)
    if key is not None and len(key) != PUBLIC_KEY_BYTES:
        remedy = "Give it as `memsvc keys signing` prints it."
        yield failure(GIVEN_KEY, "What was given is no public key", remedy)
        return
    found = check(enveloped, key, verifies)
    yield from found
    if audit is not None and not fails(found[:1]):  # which is of its shape
        yield from _audit(enveloped, audit)


def _document(file: str) -> Any:
    values = list(_values(file))
    if len(values) != 1:
        raise ValueError(f"it holds {len(values)}")
    return values[0]


def _key(text: str | None) -> bytes | None:
    """The key given, None for none, no bytes for a text that is no key."""
    try:
        return None if text is None else decoded(text)
    except ValueError:
        return b""


def _audit(enveloped: Any, file: Path) -> Iterator[Finding]:
    try:
        entries = entries_in(enveloped["receipt"]["tenant"], _values(str(file)))
    except ValueError as error:
        remedy = "Save the pages of GET /v1/audit again."
        yield failure(CHAIN, f"{file} is not an audit log: {error}", remedy)
    except OSError as error:
        yield failure(CHAIN, f"{file} cannot be read: {error.strerror}", "Name another file.")
    else:
        yield from check_audit(enveloped, entries)


def _values(file: str) -> Iterator[Any]:
    read = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    return values_in(read.decode())

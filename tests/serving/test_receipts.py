"""`memsvc verify-receipt`: with the file alone, where no service and no database is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from memsvc.core.access import Role
from memsvc.core.audit import Act, Action, content
from memsvc.core.canonical import encoded
from memsvc.core.receipt import RECEIPT_SHA256, envelope, fingerprint
from memsvc.operations.audit import log_end, read_audit, record
from memsvc.operations.credentials import issue_key
from memsvc.runtime import Safe
from memsvc.wiring import open_safe
from tests.api.site import settings_in
from tests.serving.test_commands import command

CONTENT = {"tenant": "default", "request_id": "fr_1", "counts": {"memories": 3}}


def saved(safe: Safe) -> list[dict[str, Any]]:
    """The log in pages as GET /v1/audit answers them."""
    entries = read_audit(safe, "default", limit=500).entries
    shown = []
    for entry in entries:
        covered = content(entry.record)
        del covered["tenant"]
        shown.append(covered | {"agent_id": None, "digest": entry.digest.hex()})
    return [{"records": shown[:3], "next_after": 3}, {"records": shown[3:], "next_after": None}]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a receipt, the log it is in, and the data directory it comes from."""
    folder = tmp_path_factory.mktemp("desk")
    safe = open_safe(settings_in(folder / "data"), lambda _line: None)
    for _ in range(4):
        issue_key(safe, "default", Role.VIEWER)
    made = envelope(
        {**CONTENT, "audit": log_end(safe, "default")}, safe.keyring.public_key, safe.keyring.sign
    )
    act = Act("memsvc", Action.FORGET_CLOSED, "fr_1", detail={RECEIPT_SHA256: fingerprint(made)})
    safe.database.write(lambda tx: record(safe, tx, "default", act))
    (folder / "receipt.json").write_text(json.dumps(made, indent=1))
    (folder / "key").write_text(encoded(safe.keyring.public_key))
    (folder / "pages.json").write_text("\n".join(json.dumps(page) for page in saved(safe)))
    safe.close()
    return folder


def verify(*arguments: str | Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "memsvc", "verify-receipt", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        input=text,
        # Settings that no other command would start with.
        env={"MEMSVC_TIER": "nonsense", "MEMSVC_DATA_DIR": "/proc/none", "COLUMNS": "200"},
    )


def levels(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What was found of each check, in order."""
    assert "Traceback" not in done.stderr
    return [line.split()[0] for line in done.stdout.splitlines()]


def changed(desk: Path, tmp_path: Path, before: str, after: str) -> Path:
    """The receipt with one word for another."""
    text = (desk / "receipt.json").read_text()
    assert text.count(before) == 1
    file = tmp_path / "changed.json"
    file.write_text(text.replace(before, after))
    return file


def test_a_receipt_holds_under_its_key_and_in_its_log(desk: Path) -> None:
    key = (desk / "key").read_text()

    done = verify(desk / "receipt.json", "--public-key", key, "--audit", desk / "pages.json")

    assert (done.returncode, levels(done)) == (0, ["ok"] * 6), done
    assert "'fr_1'" in done.stdout
    assert "forget.closed at place 5" in done.stdout
    assert done.stderr == "The receipt holds.\n"


def test_without_a_key_its_own_is_shown(desk: Path) -> None:
    done = verify("-", text=(desk / "receipt.json").read_text())

    assert (done.returncode, levels(done)) == (0, ["ok", "ok", "warn"])
    assert (desk / "key").read_text() in done.stdout
    assert "not checked" in done.stdout


def test_a_changed_receipt_does_not_hold(desk: Path, tmp_path: Path) -> None:
    key = (desk / "key").read_text()
    file = changed(desk, tmp_path, '"memories": 3', '"memories": 4')

    done = verify(file, "--public-key", key, "--audit", desk / "pages.json")

    assert (done.returncode, levels(done)) == (1, ["ok", "FAIL", "skipped", "ok", "ok", "FAIL"])
    assert "changed after it was signed" in done.stdout
    assert done.stderr == "The receipt does not hold.\n"


def test_the_same_receipt_written_otherwise_holds(desk: Path) -> None:
    held = json.loads((desk / "receipt.json").read_text())
    other = {"signature": held["signature"], "receipt": dict(reversed(held["receipt"].items()))}

    assert verify("-", text=json.dumps(other, indent=7)).returncode == 0


@pytest.mark.parametrize("key", [encoded(bytes(32)), "short", "", "+/=="])
def test_another_key_and_what_is_none_fail(desk: Path, key: str) -> None:
    done = verify(desk / "receipt.json", "--public-key", key)

    assert (done.returncode, levels(done)[-1]) == (1, "FAIL")
    assert "key" in done.stdout


@pytest.mark.parametrize(
    "text",
    ["", "nothing", "{}", "[]", "7", "{}{}", '{"receipt":{},"receipt":{}}', "[" * 100_000, "NaN"],
)
def test_what_is_no_receipt_fails_in_a_line(text: str) -> None:
    done = verify("-", text=text)

    assert (done.returncode, levels(done)[0]) == (1, "FAIL")


def test_a_file_that_is_not_there_or_no_text_fails_in_a_line(desk: Path, tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    for arguments in (
        [tmp_path / "none.json"],
        [tmp_path],
        [binary],
        [desk / "receipt.json", "--audit", tmp_path / "none.json"],
        [desk / "receipt.json", "--audit", binary],
    ):
        done = verify(*arguments)
        assert (done.returncode, levels(done)[-1]) == (1, "FAIL"), arguments


def one_record_less(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    del pages[0]["records"][1]
    return pages


def another_target(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    pages[0]["records"][1]["target"] = "0123456789abcdef"
    return pages


@pytest.mark.parametrize(
    ("change", "found", "says"),
    [
        (lambda pages: pages[0]["records"] + pages[1]["records"], ["ok"] * 3, "Unbroken"),
        (lambda pages: pages[1:], ["warn", "ok", "ok"], "What came before was not given"),
        (lambda pages: pages[:1], ["ok", "FAIL", "FAIL"], "Place 4"),
        (lambda pages: pages[1]["records"][:1], ["warn", "ok", "FAIL"], "names this receipt"),
        (one_record_less, ["FAIL", "skipped", "skipped"], "place 3 comes after place 1"),
        (another_target, ["FAIL", "skipped", "skipped"], "the record of place 2 is not"),
        (lambda _: [], ["FAIL"] * 3, "no audit record"),
        (lambda _: [{"nothing": 1}], ["FAIL"], "is not an audit log"),
    ],
)
@pytest.mark.parametrize("lines", [True, False])
def test_the_log_is_held_against_the_receipt(
    desk: Path, tmp_path: Path, change: Any, found: Sequence[str], says: str, lines: bool
) -> None:
    pages = [json.loads(line) for line in (desk / "pages.json").read_text().splitlines()]
    values = change(pages)
    file = tmp_path / "log.json"
    file.write_text("\n".join(map(json.dumps, values)) if lines else json.dumps(values))

    done = verify(desk / "receipt.json", "--audit", file)

    assert levels(done) == ["ok", "ok", "warn", *found]
    assert done.returncode == (1 if "FAIL" in found else 0)
    assert says in done.stdout


def test_the_service_prints_the_key(desk: Path) -> None:
    printed = command(desk / "data", "keys", "signing")

    assert printed.stdout == (desk / "key").read_text() + "\n"


def test_commands_are_recorded_as_given_at_the_terminal(desk: Path) -> None:
    made = command(desk / "data", "keys", "create", "--role", "viewer", "--tenant", "elsewhere")
    assert made.returncode == 0
    safe = open_safe(settings_in(desk / "data"), lambda _line: None)

    [entry] = read_audit(safe, "elsewhere").entries
    safe.close()

    assert (entry.record.actor, entry.record.action) == ("terminal", "key.issued")

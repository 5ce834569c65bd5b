"""Receipts: what was signed verifies however its JSON is written, and nothing else does."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.audit import START, Action, Entry, Record, digest
from memsvc.core.canonical import canonical, encoded, values_in
from memsvc.core.finding import Finding, Level, fails
from memsvc.core.receipt import (
    ANCHOR,
    CHAIN,
    CLOSING,
    KEY,
    SHAPE,
    SIGNATURE,
    check,
    check_audit,
    envelope,
    fingerprint,
)
from tests.core.test_audit import NOW, chained

PUBLIC = bytes(range(32))


def sign(message: bytes) -> bytes:
    """Stands for a signature: keyed, of 64 bytes."""
    return hmac.digest(PUBLIC, message, "sha512")


def verifies(public_key: bytes, signature: bytes, message: bytes) -> bool:
    return hmac.compare_digest(hmac.digest(public_key, message, "sha512"), signature)


LOG = chained(3)
CONTENT = {
    "tenant": "t1",
    "request_id": "fr_1",
    "regulation": "gdpr",
    "scope": "people",
    "tier": "shred",
    "database": "sqlite",
    "memsvc": "0.1.0",
    "counts": {"memories": 3, "derived": 1},
    "steps": [{"step": "shred", "at": "2026-03-01T12:00:00Z"}],
    "unreadable_at": {"database": "2026-03-01T12:00:00Z", "wal": None},
    "verifier": {"tried": 17, "opened": 0, "share": 0.5},
    "audit": {"place": 3, "digest": LOG[-1].digest.hex()},
}
ENVELOPE = envelope(CONTENT, PUBLIC, sign)
TEXT = json.dumps(ENVELOPE)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def levels(findings: list[Finding]) -> dict[str, Level]:
    return {one.check: one.level for one in findings}


def holds(enveloped: object, key: bytes | None = PUBLIC) -> bool:
    """Whether it is a receipt, of this key where one is given."""
    findings = check(enveloped, key, verifies)
    assert [one.check for one in findings] == [SHAPE, SIGNATURE, KEY]
    assert all(one.remedy for one in findings if one.level in (Level.FAIL, Level.WARN))
    return not fails(findings)


def read(text: str) -> Any:
    [value] = values_in(text)
    return value


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to everything within."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    if isinstance(value, dict | list):
        for name, one in inner:
            found += places(one, (*path, name)) if isinstance(one, dict | list) else [(*path, name)]
    return found


def changed(path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> dict[str, Any]:
    """A copy of the envelope with something done to the parent of a path."""
    copy: dict[str, Any] = json.loads(TEXT)
    parent: Any = copy
    for name in path[:-1]:
        parent = parent[name]
    change(parent, path[-1])
    return copy


def shuffled(value: Any, data: st.DataObject) -> Any:
    if isinstance(value, dict):
        return {name: shuffled(value[name], data) for name in data.draw(st.permutations([*value]))}
    return [shuffled(one, data) for one in value] if isinstance(value, list) else value


def test_a_receipt_holds_and_says_of_whom() -> None:
    assert levels(check(ENVELOPE, PUBLIC, verifies)) == dict.fromkeys(
        (SHAPE, SIGNATURE, KEY), Level.OK
    )
    assert "'fr_1'" in check(ENVELOPE, PUBLIC, verifies)[0].found
    assert ENVELOPE["receipt"] == {**CONTENT, "format": "memsvc receipt 1"}


def test_without_a_key_only_integrity_was_checked_and_the_key_is_shown() -> None:
    findings = check(ENVELOPE, None, verifies)

    assert levels(findings) == {SHAPE: Level.OK, SIGNATURE: Level.OK, KEY: Level.WARN}
    assert encoded(PUBLIC) in findings[-1].found


def test_a_receipt_of_another_key_is_told_apart() -> None:
    findings = check(ENVELOPE, bytes(32), verifies)

    assert levels(findings) == {SHAPE: Level.OK, SIGNATURE: Level.OK, KEY: Level.FAIL}


@given(st.data(), st.none() | st.integers(0, 4), st.booleans())
def test_its_json_may_be_written_in_another_way(
    data: st.DataObject, indent: int | None, ascii_alone: bool
) -> None:
    text = json.dumps(shuffled(ENVELOPE, data), indent=indent, ensure_ascii=ascii_alone)

    assert holds(read(text))
    assert fingerprint(read(text)) == fingerprint(ENVELOPE)


@given(st.sampled_from(places(ENVELOPE)), values)
def test_no_field_may_be_another(path: tuple[Any, ...], value: Any) -> None:
    def put(parent: Any, name: Any) -> None:
        parent[name] = value

    other = changed(path, put)

    assert holds(other) is (canonical(other) == canonical(ENVELOPE))


@given(st.sampled_from(places(ENVELOPE)))
def test_no_field_may_be_left_out(path: tuple[Any, ...]) -> None:
    def leave_out(parent: Any, name: Any) -> None:
        del parent[name]

    assert not holds(changed(path, leave_out))


@given(st.sampled_from(places(ENVELOPE)), texts, values)
def test_no_field_may_be_added(path: tuple[Any, ...], name: str, value: Any) -> None:
    """Nowhere: beside receipt and signature it would look signed."""

    def add(parent: Any, _name: Any) -> None:
        if isinstance(parent, dict):
            parent.setdefault(name, value)
        else:
            parent.append(value)

    other = changed(path, add)

    assert holds(other) is (canonical(other) == canonical(ENVELOPE))


@given(st.integers(0, len(TEXT) - 1), st.characters(exclude_categories=["Cs"]))
def test_no_character_of_the_text_may_be_another(place: int, character: str) -> None:
    """Unless it says the same: a blank for another."""
    text = TEXT[:place] + character + TEXT[place + 1 :]
    try:
        other = read(text)
    except ValueError:
        return
    same = isinstance(other, dict) and canonical(other) == canonical(ENVELOPE)

    assert holds(other) is same


@given(values)
def test_what_is_no_receipt_is_none(value: Any) -> None:
    assert not holds(value)
    assert not holds({"receipt": value, "signature": ENVELOPE["signature"]})
    assert not holds({"receipt": ENVELOPE["receipt"], "signature": value})


def test_a_signed_checkpoint_is_no_receipt() -> None:
    content = {**CONTENT, "format": "memsvc audit checkpoint 1"}
    signature = {**ENVELOPE["signature"], "value": encoded(sign(canonical(content)))}

    assert not holds({"receipt": content, "signature": signature})


def test_numbers_that_json_cannot_tell_apart_do_not_hold() -> None:
    copy = json.loads(TEXT)
    copy["receipt"]["counts"]["memories"] = 2**60

    assert not holds(copy)


@pytest.mark.parametrize("name", ["tenant", "request_id", "audit"])
def test_what_a_receipt_needs(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        envelope({key: value for key, value in CONTENT.items() if key != name}, PUBLIC, sign)
    with pytest.raises(ValueError, match=name):
        envelope({**CONTENT, name: 7}, PUBLIC, sign)


@pytest.mark.parametrize("audit", [{"place": 1}, {"digest": "ab"}, {"place": True, "digest": ""}])
def test_a_receipt_needs_its_place_in_the_log(audit: dict) -> None:
    with pytest.raises(ValueError, match="audit"):
        envelope({**CONTENT, "audit": audit}, PUBLIC, sign)


def test_what_has_no_canonical_text_is_not_signed() -> None:
    with pytest.raises(ValueError, match=r"."):
        envelope({**CONTENT, "counts": 2**60}, PUBLIC, sign)


def closed(detail: dict[str, Any], log: list[Entry] | None = None, **more: Any) -> list[Entry]:
    """The log with one record more, which closes the request."""
    log = LOG if log is None else log
    before = log[-1].digest if log else START
    record = Record("t1", len(log) + 1, NOW, "memsvc", Action.FORGET_CLOSED, "fr_1", None, detail)
    record = replace(record, **more)
    return [*log, Entry(record, digest(before, record))]


NAMED = {"receipt_sha256": fingerprint(ENVELOPE)}


def test_the_log_has_the_receipt_in_its_place() -> None:
    findings = check_audit(ENVELOPE, closed(NAMED))

    assert levels(findings) == dict.fromkeys((CHAIN, ANCHOR, CLOSING), Level.OK)


def test_a_stretch_of_the_log_is_enough_but_says_so() -> None:
    findings = check_audit(ENVELOPE, closed(NAMED)[2:])

    assert levels(findings) == {CHAIN: Level.WARN, ANCHOR: Level.OK, CLOSING: Level.OK}


@pytest.mark.parametrize(
    ("entries", "failed"),
    [
        ([], {CHAIN, ANCHOR, CLOSING}),
        (LOG, {CLOSING}),
        (closed({"receipt_sha256": "00" * 32}), {CLOSING}),
        (closed({}), {CLOSING}),
        (closed(NAMED, action=Action.FORGET_VERIFIED), {CLOSING}),
        (closed(NAMED, LOG[:2]), {ANCHOR, CLOSING}),
        (closed(NAMED)[3:], {ANCHOR}),
        (closed(NAMED, chained(3, "t2")), {CHAIN}),
        (closed(NAMED)[:2] + closed(NAMED)[3:], {CHAIN}),
    ],
)
def test_a_log_that_does_not_have_it(entries: list[Entry], failed: set[str]) -> None:
    if CHAIN in failed and len(entries) == 4:
        entries = [*entries[:-2], replace(entries[-2], digest=bytes(32)), entries[-1]]
    findings = check_audit(ENVELOPE, entries)

    assert {one.check for one in findings if one.level is Level.FAIL} == failed
    assert [one.check for one in findings] == [CHAIN, ANCHOR, CLOSING]


def test_a_log_that_was_rewritten_as_a_whole_is_not_the_receipt_s() -> None:
    forged = [closed({}, [])[0]]
    for _ in range(2):
        forged = closed({}, forged)

    findings = check_audit(ENVELOPE, closed(NAMED, forged))

    assert {one.check for one in findings if one.level is Level.FAIL} == {ANCHOR}


def test_a_receipt_is_named_with_its_signature() -> None:
    other = envelope(CONTENT, bytes(32), lambda message: hmac.digest(bytes(32), message, "sha512"))

    assert other["receipt"] == ENVELOPE["receipt"]
    assert fingerprint(other) != fingerprint(ENVELOPE)

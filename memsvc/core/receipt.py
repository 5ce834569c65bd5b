"""The receipt of a forget request: what was done and verified, signed, without personal data.

It is put in an envelope with the signature over its canonical JSON, and names the place in the
audit log after which it was made. The record that closes the request names it in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from memsvc.core.audit import Action, Entry, fault
from memsvc.core.canonical import canonical, decoded, encoded
from memsvc.core.finding import Finding, Level, failure, ok, skipped, warning

FORMAT = "memsvc receipt 1"
"""Says what is signed, so that nothing else that is signed can pass for it."""
ALGORITHM = "Ed25519"
RECEIPT_SHA256 = "receipt_sha256"
"""Under this name the closing record's detail holds the `fingerprint`."""

Sign = Callable[[bytes], bytes]
"""Message to signature of 64 bytes."""
Verifies = Callable[[bytes, bytes, bytes], bool]
"""(public key of 32 bytes, signature, message): whether the signature is the key's."""

SHAPE, SIGNATURE, KEY = "shape", "signature", "key"
CHAIN, ANCHOR, CLOSING = "audit chain", "audit place", "audit record"


def envelope(content: Mapping[str, Any], public_key: bytes, sign: Sign) -> dict[str, Any]:
    """The receipt with its signature, ready to be stored and handed out.

    `content` says what was done, in JSON; among it `tenant`, `request_id`, and `audit` with the
    `place` and `digest` (hex) of the last audit record before. ValueError where these are missing
    or something has no canonical JSON.
    """
    receipt = {**content, "format": FORMAT}
    if lacking := _lacking(receipt):
        raise ValueError(f"a receipt needs {lacking}")
    signature = sign(canonical(receipt))
    return {
        "receipt": receipt,
        "signature": {
            "algorithm": ALGORITHM,
            "public_key": encoded(public_key),
            "value": encoded(signature),
        },
    }


def fingerprint(enveloped: Mapping[str, Any]) -> str:
    """SHA-256 of receipt and signature in canonical JSON, 64 hex digits."""
    return sha256(canonical(enveloped)).hexdigest()


def check(enveloped: object, public_key: bytes | None, verifies: Verifies) -> list[Finding]:
    """Whether a receipt is as it was signed, and signed by that key.

    Without a key it is held against the one it brings along, which whoever made it chose.
    """
    wrong = _misshapen(enveloped)
    if wrong or not isinstance(enveloped, Mapping):
        reason = f"{SHAPE} failed"
        return [
            failure(SHAPE, wrong, "Get the receipt again from GET /v1/forget-requests/ID/receipt."),
            skipped(SIGNATURE, reason),
            skipped(KEY, reason),
        ]
    shape = ok(SHAPE, f"The receipt of request {enveloped['receipt']['request_id']!r}")
    signature = _signature(enveloped, verifies)
    if signature.level is Level.FAIL:
        return [shape, signature, skipped(KEY, f"{SIGNATURE} failed")]
    return [shape, signature, _key(enveloped["signature"]["public_key"], public_key)]


def _misshapen(enveloped: object) -> str:
    """What keeps it from being an envelope; empty for one that is.

    What stands beside receipt and signature is refused: it would look signed and is not.
    """
    if not isinstance(enveloped, Mapping) or enveloped.keys() != {"receipt", "signature"}:
        return "This is not a receipt and its signature, and nothing else"
    receipt, signature = enveloped["receipt"], enveloped["signature"]
    if not isinstance(receipt, Mapping) or receipt.get("format") != FORMAT:
        return f"This is not in the format {FORMAT!r}"
    if lacking := _lacking(receipt):
        return f"The receipt lacks {lacking}"
    names = {"algorithm", "public_key", "value"}
    if not isinstance(signature, Mapping) or signature.keys() != names:
        return "The signature is not algorithm, public key and value, and nothing else"
    if signature["algorithm"] != ALGORITHM:
        return f"The signature is not of {ALGORITHM}"
    return ""


def _lacking(receipt: Mapping[str, Any]) -> str:
    for name in ("tenant", "request_id"):
        if not isinstance(receipt.get(name), str):
            return f"{name!r}"
    audit = receipt.get("audit")
    if not isinstance(audit, Mapping) or type(audit.get("place")) is not int:
        return "'audit.place'"
    return "" if isinstance(audit.get("digest"), str) else "'audit.digest'"


def _signature(enveloped: Mapping[str, Any], verifies: Verifies) -> Finding:
    signature = enveloped["signature"]
    try:
        key, value = decoded(str(signature["public_key"])), decoded(str(signature["value"]))
        good = verifies(key, value, canonical(enveloped["receipt"]))
    except ValueError:
        good = False
    if good:
        return ok(SIGNATURE, "The receipt is as it was signed")
    return failure(
        SIGNATURE,
        "The signature is not of this receipt under this key",
        "It was changed after it was signed: do not rely on it.",
    )


def _key(stated: object, public_key: bytes | None) -> Finding:
    if public_key is None:
        return warning(
            KEY,
            f"Whose the key is was not checked: {stated}",
            "Compare it with what `memsvc keys signing` prints, or give it with --public-key.",
        )
    if stated == encoded(public_key):
        return ok(KEY, "Signed with the key that was given")
    return failure(
        KEY,
        f"Signed with another key than the one given: {stated}",
        "It is not a receipt of the service whose key you gave.",
    )


def check_audit(enveloped: Mapping[str, Any], entries: Sequence[Entry]) -> list[Finding]:
    """Whether the audit log, of the tenant of a receipt in good shape, has it in its place."""
    broken = fault(entries)
    if broken is not None:
        remedy = "Save the pages of GET /v1/audit whole, in order and without `action`; if they "
        remedy += "are, the log was tampered with."
        found = failure(CHAIN, f"The audit log is broken: {broken}", remedy)
        return [found, *(skipped(check, f"{CHAIN} failed") for check in (ANCHOR, CLOSING))]
    return [_chain(entries), _anchor(enveloped["receipt"]["audit"], entries),
            _closing(enveloped, entries)]  # fmt: skip


def _chain(entries: Sequence[Entry]) -> Finding:
    if not entries:
        return failure(CHAIN, "There is no audit record", "Save the pages of GET /v1/audit.")
    places = f"places {entries[0].record.place} to {entries[-1].record.place}"
    if entries[0].record.place == 1:
        return ok(CHAIN, f"Unbroken from the first record on, {places}")
    return Finding(CHAIN, Level.WARN, f"Unbroken, {places}", "What came before was not given.")


def _anchor(audit: Mapping[str, Any], entries: Sequence[Entry]) -> Finding:
    place, stated = audit["place"], audit["digest"]
    held = {entry.record.place: entry.digest.hex() for entry in entries}
    if place not in held:
        return failure(
            ANCHOR,
            f"Place {place}, after which the receipt was made, is not there",
            "Save the pages of GET /v1/audit from the first one on.",
        )
    if held[place] != stated:
        return failure(
            ANCHOR,
            f"At place {place} the log is not the one that the receipt was made with",
            "The log was rewritten, or the receipt is of another service.",
        )
    return ok(ANCHOR, f"Up to place {place} it is the log that the receipt was made with")


def _closing(enveloped: Mapping[str, Any], entries: Sequence[Entry]) -> Finding:
    for place in _places_of(fingerprint(enveloped), entries):
        if place > enveloped["receipt"]["audit"]["place"]:
            return ok(CLOSING, f"{Action.FORGET_CLOSED} at place {place} names this receipt")
    return failure(
        CLOSING,
        f"No record {Action.FORGET_CLOSED} names this receipt",
        "Save the pages of GET /v1/audit up to the last; if they are, it was never given out.",
    )


def _places_of(receipt_sha256: str, entries: Sequence[Entry]) -> Iterator[int]:
    for entry in entries:
        record = entry.record
        closed = record.action == Action.FORGET_CLOSED
        if closed and record.detail.get(RECEIPT_SHA256) == receipt_sha256:
            yield record.place

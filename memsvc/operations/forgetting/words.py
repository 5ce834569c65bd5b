"""Words: what a request says of people, sealed under a key of its own that goes when it closes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from memsvc.core.forget_request import Act, Purpose, Regulation
from memsvc.core.naming import Person
from memsvc.core.order import Chosen, Derived, Order, OrderMode, Selector
from memsvc.core.runs import numbers_in, runs_of
from memsvc.errors import KeysDamaged
from memsvc.runtime import Runtime, Safe
from memsvc.sealing.aead import CannotOpen, cipher_of, context, open_with, seal_with
from memsvc.store import agents, forget_requests, rederivations, shreddings, state
from memsvc.store.forget_requests import RequestRow
from memsvc.store.rederivations import Pending
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Sample:
    """A sealed value as it lay in the database, and what it is bound to."""

    sealed: bytes
    context: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the steps after the erasure need and nothing else holds any more.

    `erased` are the numbers of memories by agent; `again` what is to be derived anew, by agent;
    `probes` texts that must lead to nothing;
    `canaries` and `identities` what must not be found in any file; `samples` what no key may open.
    `slots` must hold no key any more, nor may those of the `redacted` (agent, number, slot).
    """

    people: tuple[Person, ...] = ()
    subject_nos: tuple[int, ...] = ()
    erased: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    again: tuple[tuple[int, Pending], ...] = ()
    probes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    canaries: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()
    slots: tuple[int, ...] = ()
    redacted: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The order of a request, why something was decided about it, and what was prepared."""

    order: Order
    decision: str | None = None
    prepared: Prepared | None = None


def seal_words(safe: Safe, tx: Tx, request: RequestRow, words: Words) -> bytes:
    """The words sealed under the request's key."""
    cipher = _cipher(safe, tx, request)
    assert cipher is not None, "the key lives as long as the words"
    return seal_with(cipher, packed_words(words), bound_to(request))


def open_words(safe: Safe, tx: Tx, request: RequestRow) -> Words | None:
    """The words of a request; None once they were destroyed. Raises KeysDamaged."""
    if request.sealed is None:
        return None
    cipher = _cipher(safe, tx, request)
    if cipher is None:
        return None
    try:
        return unpacked_words(open_with(cipher, request.sealed, bound_to(request)))
    except CannotOpen:
        raise KeysDamaged(
            f"Forget request {request.id} does not open with its key: database and keys are not "
            "of the same moment. Restore both from one backup."
        ) from None


def reseal_words(runtime: Runtime, tx: Tx, request: RequestRow, words: Words) -> list[int]:
    """Put words in the place of others that nobody is to open any more, under a new key.

    The key slots to destroy once that is durable.
    """
    service = agents.service(tx, lock=True)
    slots = destroy_words(runtime, tx, request)
    [key] = runtime.keyring.allocate(service.agent_key, service.wrapped_key, 1)
    forget_requests.change(tx, request.holder, {"key_slot": key.slot})
    sealed = seal_words(runtime, tx, replace(request, key_slot=key.slot), words)
    forget_requests.change(tx, request.holder, {"sealed": sealed})
    return slots


def destroy_words(safe: Safe, tx: Tx, request: RequestRow) -> list[int]:
    """Let the words go; the key slots to destroy once that is durable."""
    forget_requests.change(tx, request.holder, {"sealed": None, "key_slot": None})
    now = safe.clock.now()
    state.order_purge(tx, now)
    if request.key_slot is None:
        return []
    service = agents.service(tx)
    shreddings.order(tx, service.agent_key, [request.key_slot], now)
    if safe.keyring.rotates:
        agents.order_rotation(tx, service.agent_key, now)
    return [request.key_slot]


def _cipher(safe: Safe, tx: Tx, request: RequestRow) -> AESGCM | None:
    """The cipher of the request's key; None once that was destroyed.

    Tier `store` has no such keys. Words are sealed there all the same, under a key made from the
    root: the scan for what is left must not find what it is looking for in the request itself.
    """
    if request.key_slot is None:
        holder = request.holder.to_bytes(8, "big")
        return cipher_of(safe.keyring.digest("forget request", holder))
    service = agents.service(tx)
    keys = safe.keyring.keys(service.agent_key, service.wrapped_key, [request.key_slot])
    key = keys.get(request.key_slot)
    return None if key is None else key.cipher


def bound_to(request: RequestRow) -> bytes:
    """What the words of a request are bound to."""
    return context(request.tenant, request.id, request.holder, "forget request")


def packed_words(words: Words) -> bytes:
    """The words as bytes; equal words give equal bytes."""
    return orjson.dumps(
        {
            "order": asdict(words.order),
            "decision": words.decision,
            "prepared": words.prepared and _packed(words.prepared),
        }
    )


def _packed(prepared: Prepared) -> dict[str, Any]:
    return {
        "people": [asdict(one) for one in prepared.people],
        "subject_nos": prepared.subject_nos,
        "erased": [[key, runs_of(numbers)] for key, numbers in prepared.erased.items()],
        "again": [
            [key, one.number, one.relation, rederivations.packed(one)]
            for key, one in prepared.again
        ],
        "probes": [[key, texts] for key, texts in prepared.probes.items()],
        "canaries": prepared.canaries,
        "identities": prepared.identities,
        "slots": runs_of(prepared.slots),
        "redacted": prepared.redacted,
        "samples": [[_text(one.sealed), _text(one.context)] for one in prepared.samples],
    }


def unpacked_words(packed: bytes) -> Words:
    """The words again."""
    held: dict[str, Any] = orjson.loads(packed)
    prepared = held["prepared"]
    return Words(
        _order(held["order"]), held["decision"], None if prepared is None else _prepared(prepared)
    )


def _order(held: dict[str, Any]) -> Order:
    selector = held["selector"]
    return Order(
        selector=Selector(
            subject_ids=tuple(selector["subject_ids"]),
            agent_id=selector["agent_id"],
            memory_ids=tuple(selector["memory_ids"]),
            session_ids=tuple(selector["session_ids"]),
            since=_moment(selector["since"]),
            until=_moment(selector["until"]),
            chosen=tuple(
                Chosen(one["agent_id"], one["memory_id"], Act(one["act"]))
                for one in selector["chosen"]
            ),
        ),
        regulation=Regulation(held["regulation"]),
        derived=Derived(held["derived"]),
        mode=OrderMode(held["mode"]),
        reason=held["reason"],
        purpose=Purpose(held["purpose"]),
    )


def _prepared(held: dict[str, Any]) -> Prepared:
    return Prepared(
        people=tuple(
            Person(tuple(one["identities"]), tuple(one["names"])) for one in held["people"]
        ),
        subject_nos=tuple(held["subject_nos"]),
        erased={key: numbers_in(runs) for key, runs in held["erased"]},
        again=tuple(
            (key, rederivations.unpacked(number, relation, one))
            for key, number, relation, one in held["again"]
        ),
        probes={key: tuple(texts) for key, texts in held["probes"]},
        canaries=tuple(held["canaries"]),
        identities=tuple(held["identities"]),
        slots=numbers_in(held["slots"]),
        redacted=tuple((key, number, slot) for key, number, slot in held["redacted"]),
        samples=tuple(Sample(_bytes(sealed), _bytes(to)) for sealed, to in held["samples"]),
    )


def without_order(words: Words) -> Words:
    """The words with nothing of whom the request was about."""
    return replace(words, order=Order(Selector()), prepared=None)


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value)

"""Sealing round trips, and opens nothing that was touched or moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.errors import MemsvcError
from memsvc.sealing.aead import CannotOpen, context, new_secret, open_sealed, seal

PARTS = st.lists(st.text() | st.integers(), max_size=4)


@given(plaintext=st.binary(max_size=600), where=st.binary(max_size=60))
def test_round_trip(plaintext: bytes, where: bytes) -> None:
    secret = new_secret()
    sealed = seal(secret, plaintext, where)
    assert len(sealed) == len(plaintext) + 28
    assert open_sealed(secret, sealed, where) == plaintext


def test_same_plaintext_seals_differently() -> None:
    secret = new_secret()
    assert seal(secret, b"a", b"c") != seal(secret, b"a", b"c")


def test_every_flipped_bit_is_noticed() -> None:
    secret = new_secret()
    sealed = seal(secret, b"Ada lives in Graz", b"where")
    for position in range(len(sealed)):
        for bit in range(8):
            altered = bytearray(sealed)
            altered[position] ^= 1 << bit
            with pytest.raises(CannotOpen):
                open_sealed(secret, bytes(altered), b"where")


def test_every_truncation_is_noticed() -> None:
    secret = new_secret()
    sealed = seal(secret, b"Ada lives in Graz", b"where")
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            open_sealed(secret, sealed[:length], b"where")


def test_another_key_or_context_does_not_open() -> None:
    secret = new_secret()
    sealed = seal(secret, b"text", context("tenant", 1, "text"))
    with pytest.raises(CannotOpen):
        open_sealed(new_secret(), sealed, context("tenant", 1, "text"))
    with pytest.raises(CannotOpen):
        open_sealed(secret, sealed, context("tenant", 2, "text"))


def test_cannot_open_is_the_rooms_own() -> None:
    assert not issubclass(CannotOpen, MemsvcError)


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_weaker_secrets_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(bytes(length), b"text", b"")


@given(one=PARTS, other=PARTS)
def test_contexts_are_equal_only_when_their_parts_are(
    one: list[str | int], other: list[str | int]
) -> None:
    assert (context(*one) == context(*other)) == (one == other)


def test_parts_do_not_run_into_each_other() -> None:
    joined = {context("ab", "c"), context("a", "bc"), context("abc"), context(1), context("1")}
    assert len(joined) == 5
    assert context("\ud800") != context("\udfff")

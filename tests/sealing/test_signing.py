"""Signatures: the key follows from the root key, and only what was signed verifies."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.sealing.plain import PlainKeyring
from memsvc.sealing.root import RootKey
from memsvc.sealing.sealed import SealedKeyring
from memsvc.sealing.signing import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, signing_key, verifies
from memsvc.sealing.slots import SlotFile

ROOT = RootKey(bytes(range(32)))
KEYRING = PlainKeyring(ROOT)
OTHER = PlainKeyring(RootKey(bytes(32)))


def test_the_first_test_vector_of_rfc_8032() -> None:
    key = signing_key(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")

    assert key.public_key().public_bytes_raw() == public
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")
    assert verifies(public, key.sign(b""), b"")


def test_both_tiers_sign_alike(tmp_path: Path) -> None:
    sealed = SealedKeyring(ROOT, SlotFile.create(tmp_path / "keys.bin"))

    assert sealed.public_key == KEYRING.public_key
    assert sealed.sign(b"done") == KEYRING.sign(b"done")
    sealed.close()


def test_the_key_is_derived_for_this_purpose_alone() -> None:
    assert len(KEYRING.public_key) == PUBLIC_KEY_BYTES
    assert KEYRING.public_key != OTHER.public_key
    assert (
        KEYRING.public_key == signing_key(ROOT.derive("receipts")).public_key().public_bytes_raw()
    )


@given(st.binary(), st.binary())
def test_a_signature_is_of_one_message_and_one_key(message: bytes, other: bytes) -> None:
    signature = KEYRING.sign(message)

    assert len(signature) == SIGNATURE_BYTES
    assert verifies(KEYRING.public_key, signature, message)
    assert verifies(KEYRING.public_key, signature, other) is (other == message)
    assert not verifies(OTHER.public_key, signature, message)


@given(st.integers(0, SIGNATURE_BYTES * 8 - 1))
def test_no_bit_of_a_signature_may_differ(bit: int) -> None:
    altered = bytearray(KEYRING.sign(b"done"))
    altered[bit // 8] ^= 1 << bit % 8

    assert not verifies(KEYRING.public_key, bytes(altered), b"done")


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_what_is_no_key_and_no_signature_verifies_nothing(length: int) -> None:
    assert not verifies(bytes(length), KEYRING.sign(b"done"), b"done")
    assert not verifies(KEYRING.public_key, bytes(length), b"done")
    if length:
        with pytest.raises(ValueError, match="32"):
            signing_key(bytes(length))

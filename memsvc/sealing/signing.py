"""Signatures: Ed25519 (RFC 8032), so that what the service states can be checked without it."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE_BYTES = 64
PUBLIC_KEY_BYTES = 32


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """The key made of a 32-byte secret, always the same one; ValueError for any other length."""
    return Ed25519PrivateKey.from_private_bytes(secret)


def verifies(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature of the message is this key's; False also for what is no key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True

"""Authenticated encryption: AES-256-GCM with a random nonce in front.

A sealed value is 12 bytes of nonce, the ciphertext (as long as the plaintext) and a 16-byte tag.
The context is authenticated but not stored: whoever opens must know where the value belongs, so
that a value moved to another row, agent or slot does not open there.
"""

from __future__ import annotations

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
WRAPPED_BYTES = NONCE_BYTES + SECRET_BYTES + TAG_BYTES
"""Length of a sealed 32-byte secret: 60."""

_HEAD = struct.Struct(">cI")  # of each part of a context: type, length


class CannotOpen(Exception):
    """The value does not authenticate: another key, another context, or altered bytes."""


def new_secret() -> bytes:
    """32 fresh random bytes."""
    return os.urandom(SECRET_BYTES)


def cipher_of(secret: bytes) -> AESGCM:
    """The reusable cipher of a 32-byte secret; ValueError for any other length."""
    # AESGCM would quietly take 16 or 24 bytes and seal under a weaker key.
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes")
    return AESGCM(secret)


def seal_with(cipher: AESGCM, plaintext: bytes, context: bytes) -> bytes:
    """Seal under a cipher made before; worth it when many values share one secret."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plaintext, context)


def open_with(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    """The plaintext of a value sealed under this cipher; CannotOpen otherwise."""
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise CannotOpen("shorter than a nonce and a tag")
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except InvalidTag:
        raise CannotOpen("does not authenticate") from None


def seal(secret: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Seal under a 32-byte secret; the result is 28 bytes longer than the plaintext."""
    return seal_with(cipher_of(secret), plaintext, context)


def open_sealed(secret: bytes, sealed: bytes, context: bytes) -> bytes:
    """The plaintext of a value sealed with the same secret and context; CannotOpen otherwise."""
    return open_with(cipher_of(secret), sealed, context)


def context(*parts: str | int) -> bytes:
    """Join parts so that different parts never give the same bytes: type, length, value of each."""
    joined: list[bytes] = []
    for part in parts:
        if isinstance(part, str):
            # surrogatepass: any str has its own bytes, also one that is not valid Unicode text.
            value = part.encode("utf-8", "surrogatepass")
            joined += (_HEAD.pack(b"s", len(value)), value)
        else:
            value = b"%d" % part
            joined += (_HEAD.pack(b"i", len(value)), value)
    return b"".join(joined)

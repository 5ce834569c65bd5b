"""A copy of the keys that opens with a passphrase alone.

`magic | 16-byte salt | 12-byte nonce | AES-256-GCM of a zip`, the key by scrypt (RFC 7914) from the
passphrase. What is not in it cannot be had from a copy of the data.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from memsvc.errors import KeysDamaged
from memsvc.sealing.aead import SECRET_BYTES, CannotOpen, open_sealed, seal

MAGIC = b"memsvc key backup 1\n"
SALT_BYTES = 16
# 32 MB and a tenth of a second for each guess.
COST, BLOCKS, LANES = 2**15, 8, 1


def packed_keys(passphrase: str, files: Mapping[str, bytes]) -> bytes:
    """The files, by name, sealed under the passphrase."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    salt = os.urandom(SALT_BYTES)
    return MAGIC + salt + seal(_secret(passphrase, salt), packed.getvalue(), MAGIC)


def unpacked_keys(passphrase: str, sealed: bytes) -> dict[str, bytes]:
    """The files again; KeysDamaged for another passphrase, and for what is no key backup."""
    start = len(MAGIC) + SALT_BYTES
    if not sealed.startswith(MAGIC) or len(sealed) <= start:
        raise KeysDamaged("this is no key backup of memsvc: give the keys file of the backup")
    try:
        packed = open_sealed(_secret(passphrase, sealed[len(MAGIC) : start]), sealed[start:], MAGIC)
    except CannotOpen:
        raise KeysDamaged(
            "the key backup does not open: the passphrase is another one, or the file is damaged"
        ) from None
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _secret(passphrase: str, salt: bytes) -> bytes:
    kdf = Scrypt(salt=salt, length=SECRET_BYTES, n=COST, r=BLOCKS, p=LANES)
    return kdf.derive(passphrase.encode())

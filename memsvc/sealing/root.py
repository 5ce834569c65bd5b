"""The root key: 32 bytes from a setting or a file, from which everything else is derived.

Whoever holds it and the key slots can open the database; without it nothing opens. It comes from
outside the database, is never printed, and is recognised by a check value that says nothing about
it.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from memsvc.errors import KeysDamaged
from memsvc.sealing import durable
from memsvc.sealing.aead import SECRET_BYTES, new_secret

_HEX_DIGITS = 2 * SECRET_BYTES
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


class RootKey:
    """The secret at the top; hands out keys derived for a purpose, never itself."""

    __slots__ = ("_derived", "_secret")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise ValueError(f"a root key has {SECRET_BYTES} bytes")
        self._secret = secret
        self._derived = lru_cache(maxsize=256)(self._derive)

    def __repr__(self) -> str:
        return "RootKey(…)"

    def derive(self, purpose: str) -> bytes:
        """The 32-byte key for one purpose (HKDF-SHA256, RFC 5869); purposes share nothing."""
        return self._derived(purpose)

    def _derive(self, purpose: str) -> bytes:
        info = b"memsvc/" + purpose.encode()
        return HKDF(algorithm=SHA256(), length=SECRET_BYTES, salt=None, info=info).derive(
            self._secret
        )

    def check_value(self) -> bytes:
        """16 bytes for the database to recognise this key by; they reveal nothing about it."""
        return self.derive("check value")[:16]


def load_root_key(path: Path, given: str | None, create: bool) -> RootKey:
    """The root key from the setting when there is one, else from the file, made if `create`.

    The setting and the file hold base64 or 64 hex digits. Raises KeysDamaged, with what to do,
    when the file is missing (and not to be made), open to other users, or not a key.
    """
    if given is not None and given.strip():
        return RootKey(_parse(given, "the root key setting"))
    if create and not path.exists():
        with durable.told(path):
            _create(path)
    return RootKey(_parse(_read_private(path), str(path)))


def _create(path: Path) -> None:
    try:
        durable.create(path, base64.b64encode(new_secret()) + b"\n")
    except FileExistsError:
        # Another process starting at the same moment was first; its key is the key.
        return


def _read_private(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(4096)
    except FileNotFoundError:
        raise KeysDamaged(
            f"{path} is missing and the database needs it: restore it from the key backup, or set"
            " the root key in the settings; a new key would open nothing"
        ) from None
    except OSError as error:
        raise KeysDamaged(
            f"{path} cannot be read ({error.strerror}): let this user own it"
        ) from error
    if mode & _OTHERS_MAY:
        raise KeysDamaged(
            f"{path} is open to other users (mode {mode:04o}): run `chmod 600 {path}`, and replace"
            " the key if someone may have read it"
        )
    return content.decode("ascii", "replace")


def _parse(text: str, place: str) -> bytes:
    text = text.strip()
    try:
        secret = bytes.fromhex(text) if len(text) == _HEX_DIGITS else _from_base64(text)
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise KeysDamaged(
            f"{place} is not a root key ({SECRET_BYTES} bytes as base64 or {_HEX_DIGITS} hex"
            " digits): restore it from the key backup; for a new database,"
            " `openssl rand -base64 32` makes one"
        )
    return secret


def _from_base64(text: str) -> bytes:
    standard = text.replace("-", "+").replace("_", "/")
    padded = standard + "=" * (-len(standard) % 4)
    return binascii.a2b_base64(padded.encode("ascii"), strict_mode=True)

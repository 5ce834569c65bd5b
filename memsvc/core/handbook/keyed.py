"""Chance that can be told again: numbers drawn by a keyed hash of what they are for.

Nothing is kept of a draw. Whoever holds the secret draws the same number again; who does not cannot
foretell it. Each thing has a draw of its own, so that leaving one out changes none of the others.
"""

from __future__ import annotations

import hashlib
from statistics import NormalDist

_BITS = 53  # of a float's mantissa
_STANDARD = NormalDist()


def uniform(secret: bytes, *parts: str) -> float:
    """A number in (0, 1), uniform over whatever differs in the parts.

    The secret has 1 to 64 bytes; ValueError for any other length. Never 0 nor 1: each of 2^53
    equal steps is told by its middle.
    """
    if not 1 <= len(secret) <= hashlib.blake2b.MAX_KEY_SIZE:
        raise ValueError("the secret must have 1 to 64 bytes")
    digest = hashlib.blake2b(digest_size=8, key=secret)
    for part in parts:
        held = part.encode("utf-8", "surrogatepass")
        # Each with its length, so that ("ab", "c") and ("a", "bc") differ.
        digest.update(len(held).to_bytes(4, "big") + held)
    step = int.from_bytes(digest.digest(), "big") >> (64 - _BITS)
    return (2 * step + 1) / float(1 << (_BITS + 1))


def normal(secret: bytes, *parts: str) -> float:
    """A number of the standard normal distribution, by the same rules as `uniform`."""
    return _STANDARD.inv_cdf(uniform(secret, *parts))

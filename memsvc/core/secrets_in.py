"""Secrets in a text, by what they look like: keys, tokens, passwords, card numbers.

A pattern finds what has the form of a secret, and no more: words that only speak of one ("the
password is required") have not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum


class SecretKind(StrEnum):
    """What a text seems to hold."""

    API_KEY = "api_key"
    PRIVATE_KEY = "private_key"
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    CREDIT_CARD = "credit_card"
    JWT = "jwt"


# Prefixes that issuers gave their keys so that they can be found.
_ISSUED = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"sk-(?:[a-z]+-)*[A-Za-z0-9_]{20,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"
    r"|A(?:KI|SI)A[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}"
    r"|glpat-[A-Za-z0-9_-]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[0-9A-Za-z_-]{35}"
    r"|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,}|msk_[A-Za-z0-9_-]{20,}"
    r")(?![A-Za-z0-9])"
)
_NAMED = re.compile(
    r"\b(?:api|secret|access|auth)[_ -]?(?:key|token|secret)\b"
    r"(?:[\"']?\s*(?:is|was|[:=])\s*)[\"'`]?([A-Za-z0-9_./+=-]{16,})|"
    r"\b[Bb]earer\s+([A-Za-z0-9_.~+/=-]{20,})",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----")
_JWT = re.compile(
    r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}"
)
_PASSWORD = re.compile(
    r"\b(?:pass(?:word|wd|phrase|code)|pwd)\b[\"']?\s*(?:(?:is|was)(?:\s+now)?\s*:?|[:=])\s*"
    r"(?:[\"'`\u201c\u2018]([^\"'`\u201d\u2019\s]{4,})[\"'`\u201d\u2019]|(\S{4,}))",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"[<{\[$%(].*|[*\u2022x.]+", re.IGNORECASE)
_TELLING = re.compile(r"[0-9!@#$%^&*+=_~]")
_AROUND = ".,;:!?)\"'`\u201d\u2019"
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
# Issuers' first digits, and how long their numbers are.
_ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}|(?:6011|65\d\d|64[4-9]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|35(?:2[89]|[3-8]\d)\d{12}"
)
_NINE = 9


def secrets_in(text: str) -> frozenset[SecretKind]:
    """The kinds of secrets that a text seems to hold."""
    return frozenset(_found(text))


def _found(text: str) -> Iterator[SecretKind]:
    if _ISSUED.search(text) or any(_is_key(*one) for one in _NAMED.findall(text)):
        yield SecretKind.API_KEY
    if _PRIVATE.search(text):
        yield SecretKind.PRIVATE_KEY
    if any(_is_password(*one) for one in _PASSWORD.findall(text)):
        yield SecretKind.PASSWORD
    if any(_is_card(one) for one in _CARD.findall(text)):
        yield SecretKind.CREDIT_CARD
    if _JWT.search(text):
        yield SecretKind.JWT


def _is_key(named: str, borne: str) -> bool:
    """Letters and digits, as drawn at random; not a word, a path or a place to put one."""
    value = named or borne
    letters = sum(map(str.isalpha, value))
    return letters >= 1 and sum(map(str.isdigit, value)) >= 2 and "/" not in value[:1]


def _is_password(in_quotes: str, bare: str) -> bool:
    """In quotes any word may be one; else it has a digit or a sign, as hardly a word has."""
    value = (in_quotes or bare).strip(_AROUND)
    if len(value) < 4 or _PLACEHOLDER.fullmatch(value):
        return False
    return bool(in_quotes) or _TELLING.search(value) is not None


def _is_card(written: str) -> bool:
    digits = written.replace(" ", "").replace("-", "")
    return _ISSUER.fullmatch(digits) is not None and luhn(digits)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - _NINE if value > _NINE else value
    return total % 10 == 0

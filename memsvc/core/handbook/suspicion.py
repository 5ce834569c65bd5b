"""Why an instruction is suspicious: what a line learnt from experience has no need to say.

Reasons, not a verdict: what is flagged waits for a person, so an innocent line that speaks of
passwords waits, too. Disguises are undone first: hidden signs go, digits and foreign letters that
stand for Latin ones become these, and "i g n o r e" is a word.
"""

from __future__ import annotations

import re
import unicodedata

from memsvc.core.fingerprint import normalised
from memsvc.core.handbook.line import LONGEST, shows
from memsvc.core.handbook.reasons import PATTERNS, Reason
from memsvc.core.secrets_in import secrets_in
from memsvc.core.text import stream_safe

MOST_READ = 4_000
"""Characters of a text that are read; it is too long anyway."""

_PATTERNS = tuple(
    (reason, tuple(re.compile(one) for one in patterns)) for reason, patterns in PATTERNS.items()
)
_MARKUP = re.compile(
    r"</?[A-Za-z!?][^<>]{0,200}>|<!--|-->|<\||\|>|\[/?INST\]|```|~~~|!?\[[^\]]{0,80}\]\("
    r"|\{\{|\}\}|\{%|^\s*(?:#{1,6}\s|[-=]{3,}\s*$)|&#x?[0-9a-f]{2,6};",
    re.IGNORECASE | re.MULTILINE,
)
# Base64 and the like, of which nobody sees what it says.
_ENCODED = re.compile(
    r"(?=[A-Za-z0-9+/_-]*[0-9+/])(?=[A-Za-z0-9+/_-]*[A-Z])[A-Za-z0-9+/_-]{32,}={0,2}"
    r"|(?:\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}){3,}"
)
# Emoji are put together with these.
_JOINED = re.compile("(?<=[^\\w\\s])[\u200d\ufe0f]+")
# Shows nothing, though it is a sign.
_BLANK = "\u2800"
_LETTERS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u0442\u043c\u043a"
    "\u043d\u0432\u03bf\u03b1\u03c1\u03b9\u03bd\u03c5\u03ba",
    "aeopcyxijsdhtmkhboapivuk",
)
_DIGITS = str.maketrans("013457@$", "oieastas")
_DISGUISED = re.compile(r"\b(?=\w*[a-z])[a-z]*(?:[013457@$]+[a-z]+)+[013457@$]*\b")
_SPACED = re.compile(r"\b(?:[a-z][ ._*-]){3,}[a-z]\b")
_SPACES = re.compile(r"[ ._*-]")


def suspicions(text: str, name: str = "") -> tuple[Reason, ...]:
    """Why an instruction, or the name that it is to bear, is suspicious; mostly for no reason.

    Given as it came: what is hidden in it is gone once it is a line.
    """
    found = set[Reason]()
    if len(text.strip()) > LONGEST:
        found.add(Reason.TOO_LONG)
    text = text[:MOST_READ]
    if _hides(text):
        found.add(Reason.HIDDEN)
    if _MARKUP.search(unicodedata.normalize("NFKC", stream_safe(text))):
        found.add(Reason.MARKUP)
    if secrets_in(text):
        found.add(Reason.CREDENTIALS)
    for said in _readings(f"{text} . {name.replace('_', ' ')}"):
        found |= {reason for reason, patterns in _PATTERNS if any(p.search(said) for p in patterns)}
    return tuple(reason for reason in Reason if reason in found)


def _hides(text: str) -> bool:
    """Whether something in it is not seen, or not seen for what it is."""
    if _ENCODED.search(text):
        return True
    if text.isascii() and text.isprintable():
        return False
    text = _JOINED.sub("", text)
    unseen = any(not char.isspace() and not shows(char) for char in text)
    return unseen or _BLANK in text or any(map(_mixes, text.split()))


def _mixes(word: str) -> bool:
    """Whether a word has letters of the Latin alphabet and of one that looks like it."""
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in word if char.isalpha()}
    return "LATIN" in scripts and not scripts.isdisjoint({"CYRILLIC", "GREEK", "CHEROKEE"})


def _readings(text: str) -> set[str]:
    """The text as it may be read: as it stands, and with what disguises its words undone."""
    plain = normalised("".join(char for char in text if char.isspace() or shows(char)))
    plain = plain.replace("\u2019", "'")
    latin = plain.translate(_LETTERS)
    words = _SPACED.sub(lambda spaced: _SPACES.sub("", spaced[0]), latin)
    undone = _DISGUISED.sub(lambda word: word[0].translate(_DIGITS), words)
    return {plain, words, undone}

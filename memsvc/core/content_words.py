"""What a sentence is about: its words by stem, without those that stand in any sentence."""

from __future__ import annotations

import Stemmer

from memsvc.core.repetition import words
from memsvc.core.text import well_formed

LANGUAGE = "english"

_FUNCTION = frozenset(
    """
    a an the this that these those here there i me my mine myself we us our ours ourselves you your
    yours yourself he him his himself she her hers herself it its itself they them their theirs
    themselves who whom whose which what when where why how am is are was were be been being do does
    did done doing have has had having can could will would shall should may might must of at by for
    with about against between into through during before after above below to from up down in out
    on off over under again further then once and but or nor so than too very just also as if
    because until while both each other some such own same really quite rather pretty actually
    basically literally definitely certainly totally absolutely simply well oh ah hey hi hello yes
    yeah yep ok okay please thanks thank gonna wanna got get gets getting let lets lot lots kind
    sort thing things stuff way i'm i've i'd i'll it's that's you're you've we're we've they're
    there's he's she's what's let's
    """.split()  # noqa: SIM905
)

_COURTESY = frozenset(
    """
    thanks thank welcome great good nice awesome amazing wonderful fantastic cool glad happy sounds
    sound talk soon later care bye goodbye luck fun enjoy hope sure agree love appreciate sorry wow
    congrats congratulations see look looks looking forward hear chat catch beautiful cute gorgeous
    incredible lovely inspiring impressive proud excited exciting pic photo
    """.split()  # noqa: SIM905
)
"""What people say out of politeness: a sentence of nothing else tells nothing that lasts."""

_TURNING = frozenset(
    """
    no not never none neither nobody nothing without cannot hardly stopped quit used don't doesn't
    didn't won't wouldn't can't couldn't isn't aren't wasn't weren't haven't hasn't hadn't shouldn't
    """.split()  # noqa: SIM905
)
"""With one of these more or less a statement is another."""

_APOSTROPHE = "\u2019"


def content_words(text: str) -> frozenset[str]:
    """Stems of the words that carry the meaning; "not" and the like stand as they are."""
    said = _said(text)
    telling = sorted(said - _FUNCTION - _TURNING)
    return frozenset(_stems(telling)) | (said & _TURNING)


def telling_count(text: str) -> int:
    """How many different words of a sentence are neither function words nor mere politeness."""
    return len(_said(text) - _FUNCTION - _TURNING - _COURTESY)


def _said(text: str) -> frozenset[str]:
    plain = well_formed(text).replace(_APOSTROPHE, "'")
    return frozenset(word.removesuffix("'s") or word for word in words(plain))


def _stems(said: list[str]) -> list[str]:
    # One of its own for each call: a stemmer must not be used by two threads at once, and one
    # that is kept would keep words of what is erased.
    stemmer = Stemmer.Stemmer(LANGUAGE, 0)
    return [stemmer.stemWord(word) if word.isascii() and word.isalpha() else word for word in said]

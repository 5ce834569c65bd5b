"""A text as sentences that plainly state something, as words without what does not matter.

Questions, wishes, plans, doubts, conditions and what others are said to have said are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MOST_SENTENCES = 12
MOST_SIGNS = 2000
"""How much of a text is read."""
MOST_WORDS = 48
"""Words of the longest sentence that is read."""

AROUND = ".,;:!?\"'()[]{}\u201c\u201d\u2018\u2026*_`<>"
"""Signs that are no part of the word they stand at."""

_CUT = re.compile(
    r"(?<=[.!?\u2026])[\"'\u201d)]*\s+(?=[\"'\u201c(\[]?[A-Z0-9\u00c0-\u00de])|\n+|;\s+"
    r"|\s(?:-|--|\u2013|\u2014)\s|,\s+but\s+(?=I\b|my\b|now\b)"
)
_NO_END = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|No|Nr|e\.g|i\.e|Mt|Ft|Gen|Col|Capt|Sgt|Rev|Hon|"
    r"approx|ca|cf|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.|\b(?:[A-Za-z]\.){2,})$"
)
_BRACKETED = re.compile(r"\[[^\]]*\]|\((?:[^()]*)\)")
_LEAD = re.compile(
    r"(?:(?:oh|ok|okay|hey|hi|hello|yes|yeah|yep|no|nope|well|so|and|but|also|btw|fyi|by the way|"
    r"(?:quick |small |important |minor |just an? )?(?:update|correction|note|reminder|news|fact|"
    r"change|heads up|edit|fix|erratum)|good news|great news|big news|actually|anyway|sure|thanks|"
    r"thank you|for the record|as a reminder|wow|haha|nowadays|currently|now|today|recently|"
    r"lately|presently|officially|finally|these days|at the moment|at present|right now|of course|"
    r"in fact|to be clear|please note|remember|just so you know|since then|meanwhile|incidentally|"
    r"however|still|instead|additionally|moreover|furthermore|in addition|personally|honestly)"
    r"\s*(?:[,:!.]|\s-|\u2014|\u2013)+\s*"
    r"|(?:hi|hello|hey|dear)\s[^,!.]{1,25}[,!]\s*"
    r"|[a-z]{3,20}ly,\s+"
    r"|(?:as of|since|from|starting|effective|per|after|following)\s[^,:]{2,32},\s+"
    r"|(?:in|on|by)\s(?:early |late |mid-?|the year )?(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|"
    r"oct|nov|dec)[^,:]{0,20},\s+"
    r"|(?:please )?(?:note|remember|know|keep in mind|be aware) that\s+"
    r"|(?:currently|nowadays|presently|these days|at the moment|at present|and|but|so|also)\s+"
    r"|(?:now|today|recently|lately|officially|finally|actually)\s+(?=I\b|my\b|the\b|we\b|our\b)"
    r"|-\s+|\*\s+|\u2022\s*)",
    re.IGNORECASE,
)
_CONTRACTED = {
    "i'm": ("I", "am"), "i've": ("I", "have"), "i'd": ("I", "would"), "i'll": ("I", "will"),
    "we're": ("we", "are"), "we've": ("we", "have"), "it's": ("it", "is"),
    "he's": ("he", "is"), "she's": ("she", "is"), "that's": ("that", "is"),
    "there's": ("there", "is"), "they're": ("they", "are"), "you're": ("you", "are"),
    "isn't": ("is", "not"), "aren't": ("are", "not"), "wasn't": ("was", "not"),
    "weren't": ("were", "not"), "doesn't": ("does", "not"), "don't": ("do", "not"),
    "didn't": ("did", "not"), "hasn't": ("has", "not"), "haven't": ("have", "not"),
    "im": ("I", "am"), "ive": ("I", "have"), "who's": ("who", "is"), "what's": ("what", "is"),
}  # fmt: skip

# Nobody owns these: "Ana's a nurse" is short for "is".
_AFTER_IS = frozenset(
    "a an from married based living working single divorced engaged not allergic now".split()  # noqa: SIM905
)
# Adverbs that say when or how surely, and change nothing.
_FILLERS = frozenset(
    """
    now currently just still actually already also finally officially presently nowadays
    permanently really indeed basically recently lately newly again simply formally meanwhile
    today instead anymore fully truly legally
    """.split()  # noqa: SIM905
)
_FILLING = (
    ("these", "days"), ("at", "the", "moment"), ("at", "present"), ("right", "now"),
    ("for", "now"), ("any", "more"), ("at", "this", "point"), ("as", "well"), ("of", "late"),
    ("by", "now"), ("in", "fact"), ("of", "course"), ("after", "all"),
    ("as", "of", "now"), ("as", "of", "today"),
    ("for", "the", "moment"), ("for", "the", "time", "being"), ("from", "now", "on"),
    ("no", "longer"),
)  # fmt: skip
_FILLING_BY_FIRST = {
    phrase[0]: [one for one in _FILLING if one[0] == phrase[0]] for phrase in _FILLING
}
NO_LONGER = "nolonger"

_DOUBTFUL = frozenset(
    """
    might could would should shall will may if whether unless maybe perhaps probably possibly
    likely supposedly apparently allegedly reportedly rumored rumoured seem seems seemed appears
    imagine suppose supposing pretend pretends pretending almost nearly hypothetically wish wishes
    wished hoping hopes hoped want wants wanted wanting considering intend intends intended
    wonder wonders wondered wondering think thinks thought believe believes believed guess guesses
    guessed say says said saying tell tells told claimed claiming heard hear asked asks mentioned
    mentions suspects assume assumes assumed argues argued joked joking insists insisted suggests
    suggested thinking guessing can't cannot couldn't wouldn't won't shouldn't hopefully expects
    expected ought must let's when whenever someday eventually tomorrow soon i'll he'll she'll
    we'll they'll you'll it'll i'd he'd she'd they'd we'd doubts doubted afraid unsure wishing
    remembers pretended fictional imaginary according
    """.split()  # noqa: SIM905
)
# Nouns as well, so that what follows tells: "plans to move", "the retry limit is 3 attempts".
_DOUBTFUL_BEFORE_TO = frozenset(
    """
    plan plans planned planning hope consider considers considered considering dream dreams dreamed
    dreamt dreaming refuses refused tries tried trying attempts attempted attempting claims claim
    expect going about need needs needed able ready supposed try want decided agrees agreed
    used-to-be forgot has have had
    """.split()  # noqa: SIM905
)
_TO = frozenset({"to", "that", "of", "about"})
_ADDING = frozenset(
    """
    also too additionally besides part-time sometimes occasionally often moonlights moonlighting
    partly mostly mainly both alternately another including seasonally temporarily usually
    """.split()  # noqa: SIM905
)
_ADDED = re.compile(
    r"\b(?:on the side|as well|in addition|part time|among other|for a week|"
    r"at weekends|on weekends|in my spare time|half of the|at times|"
    r"for the summer|once a|twice a|second job)\b"
)

_DOUBTFUL_FIRST = frozenset(
    """
    if when maybe perhaps probably possibly suppose imagine whether unless supposedly apparently
    allegedly reportedly rumor rumour what who whom whose which where why how hopefully someday
    once while whenever according let let's before
    """.split()  # noqa: SIM905
)
_ASKING_FIRST = frozenset(
    """
    do does did is are am was were can could would will shall should have has had may might isn't
    aren't doesn't don't didn't won't can't couldn't wouldn't hasn't haven't please
    """.split()  # noqa: SIM905
)


class Sentence(NamedTuple):
    """Words as written and the same without signs around them, in step.

    `casual`: the whole text has no capital letter but "I", so that names have none.
    `adding`: it says something beside others, which all hold.
    """

    written: list[str]
    bare: list[str]
    casual: bool
    adding: bool = False


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of the beginning of a text that state something."""
    text = text[:MOST_SIGNS].replace("\u2019", "'")
    if "[" in text or "(" in text:
        text = _BRACKETED.sub(" ", text)
    casual = text.islower() or not any(map(str.isupper, text.replace("I", "")))
    for read, part in enumerate(_parts(text)):
        if read == MOST_SENTENCES:
            return
        found = _sentence(part, casual=casual)
        if found is not None:
            yield found


def _parts(text: str) -> Iterator[str]:
    start = 0
    for cut in _CUT.finditer(text):
        if cut[0][0] not in "\n;" and _NO_END.search(text, start, cut.start()):
            continue
        yield text[start : cut.start()]
        start = cut.end()
    yield text[start:]


def _sentence(part: str, *, casual: bool) -> Sentence | None:
    """The words of one sentence; None where it states nothing for certain."""
    part = part.strip()
    if not part or part.rstrip("\"')").endswith("?"):
        return None
    for _ in range(3):
        lead = _LEAD.match(part)
        if not lead or lead.end() == len(part):
            break
        part = part[lead.end() :]
    written = part.split()
    if "'" in part:
        written = _expanded(written)
    written = _plain(written)
    bare = [word.strip(AROUND) for word in written]
    if not 1 < len(written) <= MOST_WORDS or _is_doubtful(written, bare):
        return None
    adding = not _ADDING.isdisjoint(part.split()) or _ADDED.search(part) is not None
    return Sentence(written, bare, casual, adding)


def _expanded(written: list[str]) -> list[str]:
    words: list[str] = []
    for word in written:
        known = _CONTRACTED.get(word.lower()) if "'" in word else None
        if known:
            words.extend(known)
        elif words and word in _AFTER_IS and len(words[-1]) > 2 and words[-1].endswith("'s"):
            words[-1:] = [words[-1][:-2], "is", word]
        else:
            words.append(word)
    return words


def _plain(written: list[str]) -> list[str]:
    """Without fillers; "no longer" as one word."""
    words: list[str] = []
    at = 0
    while at < len(written):
        word = written[at].rstrip(",.!;")
        if word in _FILLERS and (at or len(written) < 3):
            _keep_sign(words, written[at])
            at += 1
            continue
        if word in _FILLING_BY_FIRST:
            length = _filling_at(written, at)
            if length:
                if word == "no":
                    words.append(NO_LONGER)
                else:
                    _keep_sign(words, written[at + length - 1])
                at += length
                continue
        words.append(written[at])
        at += 1
    return words


def _keep_sign(words: list[str], removed: str) -> None:
    """A comma behind a word that goes stays where it was."""
    if words and removed[-1] in ",;" and words[-1][-1].isalnum():
        words[-1] += removed[-1]


def _filling_at(written: Sequence[str], at: int) -> int:
    for phrase in _FILLING_BY_FIRST[written[at].rstrip(",.!;")]:
        part = [word.rstrip(",.!;") for word in written[at : at + len(phrase)]]
        if tuple(part) == phrase:
            return len(phrase)
    return 0


def _is_doubtful(written: Sequence[str], bare: Sequence[str]) -> bool:
    if not _DOUBTFUL.isdisjoint(bare):
        return True
    if any(word in _DOUBTFUL_BEFORE_TO and bare[at] in _TO for at, word in enumerate(bare[:-1], 1)):
        return True
    first = bare[0].lower()
    # "Can't Buy Me Love was performed by ..." asks nothing.
    second = bare[1]
    titled = second[:1].isupper() and len(bare) > 3 and bare[2][:1].isupper()
    if first in _DOUBTFUL_FIRST:
        return not titled
    return first in _ASKING_FIRST and not titled

"""A sentence of a conversation as clauses in which somebody plainly tells something.

Questions, wishes, conditions, guesses, jokes and what others are said to have said are left out;
so is what is said of who listens ("your", "you").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from memsvc.core.consolidation.kin import KIN
from memsvc.core.consolidation.third_person import AROUND

MOST_SIGNS = 400
"""Characters of a sentence at most: a longer one is no plain statement."""
MOST_WORDS = 30
"""Words of a clause."""

_TELLS = re.compile(
    r"\b(?:I|[Ii]'?m|[Ii]'?ve|i|[Mm]y|[Ww]e|[Oo]ur|[Ss]he|[Hh]e|[Tt]hey)\b|\b[Cc]all me [A-Z]"
)
_ELIDED = re.compile(
    r"(?:^|(?<=[.!?] ))(?:(?:Just|Finally|Recently) (?!kidding)(?=[a-z]+(?:ed|ght|t)\b)"
    r"|(?=(?:Bought|Adopted|Moved|Started|Quit|Joined|Sold|Finished|Passed|"
    r"Graduated|Signed|Booked) (?!by)))"
)
"""Where "I" was left out: "Just bought a bike"."""
_DOUBTFUL = re.compile(
    r"\b(?:if|unless|wish|wishes|wished|imagine|pretend|pretending|suppose|supposedly|whether|"
    r"hypothetically|joking|kidding|jk|apparently|rumou?r|rumou?red|allegedly|otherwise|dreamt|"
    r"dreamed|in another life|as though|lottery)\b|\?\s*$|\b(?:I|we)'d (?:be|have|never)\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:said|says|saying|told(?! you)|tells|asked|asks|claims|claimed|heard|hears|thinks|"
    r"thought|believes|wonder|wondering|worried that|afraid that|according to)\b",
    re.IGNORECASE,
)
_YOU = re.compile(r"\byou", re.IGNORECASE)
_QUOTED = re.compile(r"[\"\u201c]([^\"\u201d]*)[\"\u201d]")
_OWN = re.compile(r"\b(?:I|me|my|we|our)\b")
_ASIDE = re.compile(
    r"\s*,?\s*\b(?:by the way|btw|you know that|you know|I think|I guess|I mean|I believe|"
    r"as you know|"
    r"of course|in fact|after all|to be honest|tbh|believe it or not|unfortunately|luckily|sadly|"
    r"thankfully|lol|haha+|please note that|please remember)\b\s*,?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:(?:oh|ok|okay|hey|hi|hello|yes|yeah|yep|yup|no|nope|nah|well|so|and|but|also|anyway|sure|"
    r"thanks|thank you|thx|wow|ha|hm+|um+|uh|ah|aw+|great|good|perfect|right|true|never|not yet|"
    r"cool|nice|exactly|definitely|absolutely|totally|guess what|good morning|good evening|"
    r"good news|big news|great news|update|fyi|listen|look|see|actually|honestly|personally|"
    r"really|finally|sensible|for me|as for me|awful|hard|badly|keep it|still)"
    r"(?:[,.!:;]+|\s+-+)\s*|(?:hi|hey|hello|thanks|thank you|yes|no|wow|oh|sorry|dear)"
    r"(?:\s[\w']+)?,?\s[A-Z]\w+[,.!]\s*|[A-Z]\w+[,!]\s+(?=I\b|we\b|my\b|guess)"
    r"|(?:and|but|so|also|plus|yeah|well|because|cause|actually|honestly|personally|then|though|"
    r"anyway|still|oh|no|yes|since|thanks)\s+(?=(?:I|I'\w+|my|we|our|we'\w+|she|he)\b))",
    re.IGNORECASE,
)
_WHO = r"(?:I|I'\w+|i|my|we|we'\w+|our|he|he's|she|she's|they|they're|it's|it|you|you're|that's)\b"
_CUT = re.compile(
    rf"\s*(?:[;\u2014\u2013()]|:(?!\d))\s*|\s-{{1,2}}\s|\s*(?:\.\.+|\u2026)\s*"
    rf"|,?\s+(?:and|but|so|because|cause|although|though|whereas|plus|or|then|since|while|when|"
    rf"as|which is why|and then|and now|and so)\s+(?={_WHO})|,\s+(?={_WHO})"
    rf"|,\s+(?:which|who|where|so that)\s+"
    rf"|,?\s+(?:and|but|so)\s+(?=(?:on|in|at|last|next|this|then|now|yesterday|today|tomorrow|since|"
    rf"recently|soon)\s(?:[\w-]+,?\s){{0,3}}{_WHO})",
)
_SUBORDINATE = frozenset(
    "when while before after as once until till although though whenever even".split()  # noqa: SIM905
)
_CONTRACTED = {
    "i'm": ("I", "am"), "im": ("I", "am"), "i've": ("I", "have"), "ive": ("I", "have"),
    "i'll": ("I", "will"), "i'd": ("I", "would"), "we're": ("we", "are"), "we've": ("we", "have"),
    "we'll": ("we", "will"), "we'd": ("we", "would"), "he's": ("he", "is"), "she's": ("she", "is"),
    "they're": ("they", "are"), "they've": ("they", "have"), "he'll": ("he", "will"),
    "she'll": ("she", "will"), "it's": ("it", "is"), "that's": ("that", "is"),
    "can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"),
    "gonna": ("going", "to"), "wanna": ("want", "to"),
    **{
        f"{verb}n't": (verb, "not")
        for verb in "do does did is are was were have has had would could should".split()  # noqa: SIM905
    },
    "dont": ("do", "not"), "doesnt": ("does", "not"), "didnt": ("did", "not"),
    "cant": ("can", "not"), "isnt": ("is", "not"), "wont": ("will", "not"),
    "weve": ("we", "have"), "shes": ("she", "is"), "hes": ("he", "is"),
}  # fmt: skip
_KIN_IS = re.compile(
    rf"\b((?:[Mm]y|[Oo]ur) (?:[\w-]+ )?(?:{'|'.join(sorted(KIN, key=len, reverse=True))}))'s"
    r"(?= (?:an?|from|called|named|in|at|not|allergic|pregnant|married|vegan|retired|\d+|\w+ing)\b)"
)
_TALKED_TO = frozenset("you your yours yourself you're you've u ur y'all".split())  # noqa: SIM905


class SaidClause(NamedTuple):
    """Words as written, without contractions, and the same bare and in small letters, in step."""

    written: list[str]
    small: list[str]


def may_tell(text: str) -> bool:
    """Whether somebody may speak of themselves in a text: a quick look."""
    return _TELLS.search(text) is not None or _ELIDED.search(text) is not None


def is_plain(sentence: str) -> bool:
    """Whether a sentence neither doubts nor speaks of who listens."""
    return _DOUBTFUL.search(sentence) is None and _YOU.search(sentence) is None


def said_clauses(sentence: str) -> Iterator[SaidClause]:
    """The clauses of one sentence that tell something for certain."""
    if len(sentence) > MOST_SIGNS or _DOUBTFUL.search(sentence):
        return
    text = _ASIDE.sub(", ", _plain(sentence)).strip(" ,")
    reported = _REPORTED.search(text)
    if reported is not None:
        # What stands before may be plain; behind is what somebody else said.
        text = text[: reported.start()].rsplit(",", 1)[0] if "," in text[: reported.start()] else ""
    while (lead := _LEAD.match(text)) is not None and lead.end() < len(text):
        text = text[lead.end() :]
    if _ELIDED.match(text) is not None:
        text = f"I {text[:1].lower()}{text[1:]}"
    for part in _CUT.split(text):
        clause = _clause(part)
        if clause is not None:
            yield clause


def _plain(text: str) -> str:
    if "\u2019" in text:
        text = text.replace("\u2019", "'")
    text = text.replace(" 'cause ", " because ").replace(" cuz ", " because ")
    if '"' in text or "\u201c" in text:
        text = _QUOTED.sub(lambda quote: " said " if _OWN.search(quote[1]) else quote[0], text)
    return text


def _clause(part: str) -> SaidClause | None:
    written: list[str] = []
    small: list[str] = []
    if "'s " in part:
        part = _KIN_IS.sub(r"\1 is", part)
    for word in part.split():
        bare = word.strip(AROUND)
        if not bare:
            continue
        low = bare.lower()
        known = _CONTRACTED.get(low) if "'" in low or low in _CONTRACTED else None
        if known is None:
            written.append(word)
            small.append(low)
        else:
            written += known
            small += map(str.lower, known)
    if not 1 < len(small) <= MOST_WORDS or small[0] in _SUBORDINATE:
        return None
    return None if not _TALKED_TO.isdisjoint(small) else SaidClause(written, small)

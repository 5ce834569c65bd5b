"""A plain-language order to forget, read by rules: English, and rather not read than misread.

What comes out is a proposal for a person to look at. Nothing is guessed: what the rules do not
take in whole stands in `doubts`, and what is no order is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from memsvc.core.people import Mention
from memsvc.core.plain import english
from memsvc.core.plain.meaning import Relation, meaning
from memsvc.core.plain.people import Written, people_written
from memsvc.core.temporal import LATEST, Interval, intervals

LONGEST = 1000
"""Characters of a request at most."""
_QUOTED = re.compile(
    r"\"[^\"]*\"|\u201c[^\u201d]*\u201d|\u00ab[^\u00bb]*\u00bb|`[^`]*`|(?<!\w)'[^']+'(?!\w)"
)
_SENTENCE = re.compile(
    r"(?<=[.!;])(?<!\b[Aa]rt\.)(?<!\b[DM]r\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\b\w\.)\s+|\n+"
)
_COURTEOUS = re.compile(
    r"(?:(?:thanks?|thank you|please|hi|hello|hey|dear|cheers|regards|sorry|ok(?:ay)?|urgent)"
    r"[^a-z]*(?:(?:there|team|all|you|so|very|much|a lot|in advance)[^a-z]*)*)?",
    re.IGNORECASE,
)
_WORDS_OF_A_NAME = 4
# What stands for times and sessions further on is blank in a request.
_READ_AS = str.maketrans({"\u2018": "'", "\u2019": "'", "\x00": " ", "\x01": " ", "~": " "})


class KnownPeople(Protocol):
    """Who is known: `core.people.Names`, or an index."""

    def mentions(self, query: str) -> list[Mention]:
        """The known names that a text mentions, in its order."""
        ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a request asks for, as far as the rules can tell.

    `reason`, where it is not understood: empty, too_long, question, negated, condition, idiom,
    quoted, no_order, several_orders, not_memory.
    `people`: names and identities as written; `topic`: words, in small letters, none for all there
    is; `relation` is None where it is in doubt, or without people; `sessions`: ids, or the words
    that place one in time.
    `doubts`: several_people, no_person, pronoun, no_time_found, several_times, future_time,
    name_or_time, which_session, exception, condition, negation, more_said, quoted_text, statement,
    loose_words, unread_words.
    """

    understood: bool
    reason: str = ""
    people: tuple[str, ...] = ()
    relation: Relation | None = None
    topic: tuple[str, ...] = ()
    intervals: tuple[Interval, ...] = ()
    sessions: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def read_request(text: str, reference: datetime, known: KnownPeople) -> Proposal:
    """Read a request; times in it are meant as seen from `reference`, aware."""
    plain = text.translate(_READ_AS).strip()
    if not plain or len(plain) > LONGEST:
        return Proposal(understood=False, reason="too_long" if plain else "empty")
    said, quoted = _unquoted(plain, known)
    sentences = [one for one in map(str.strip, _SENTENCE.split(said)) if one]
    sentences = [" ".join(one.split()) for one in sentences if not _COURTEOUS.fullmatch(one)]
    orders = [(one, found) for one in sentences if (found := english.ORDER.fullmatch(one))]
    reason = _refused(said, sentences, orders, quoted=quoted)
    if reason:
        return Proposal(understood=False, reason=reason)
    [(_, order)] = orders
    doubts = ["more_said"] if len(sentences) > 1 or english.MORE.search(order["object"]) else []
    doubts += ["quoted_text"] if quoted else []
    proposal = _object(order, reference, known)
    if not proposal.understood:
        return proposal
    return replace(proposal, doubts=tuple(dict.fromkeys([*proposal.doubts, *doubts])))


def _refused(
    said: str,
    sentences: Sequence[str],
    orders: Sequence[tuple[str, re.Match[str]]],
    *,
    quoted: bool,
) -> str:
    """Why it is no order to forget; "" where it is one."""
    verb = english.VERBS.search(said)
    negated = verb and english.NEGATED.search(said, 0, verb.start())
    asked = any(map(english.QUESTION.match, sentences)) and not negated
    if "?" in said or asked:
        return "question"
    if verb is None:
        return "quoted" if quoted else "no_order"
    if negated:
        return "negated"
    if not orders:
        return "condition" if english.CONDITION.match(sentences[0]) else "no_order"
    if len(orders) > 1:
        return "several_orders"
    _, order = orders[0]
    if order["verb"] and order["verb"].lower() == "forget":
        wanted = order["object"].rstrip(" .!,")
        if english.IDIOM.fullmatch(wanted):
            return "idiom"
    return ""


def _unquoted(text: str, known: KnownPeople) -> tuple[str, bool]:
    """The text without what it quotes, names excepted, and whether something was taken out."""
    taken = False

    def said(found: re.Match[str]) -> str:
        nonlocal taken
        inside = found[0][1:-1].strip()
        if len(inside.split()) <= _WORDS_OF_A_NAME and not english.VERBS.search(inside):
            whole = people_written(inside, known.mentions(inside), alone=True)
            if len(whole) == 1 and (whole[0].start, whole[0].end) == (0, len(inside)):
                return inside
        taken = True
        return " "

    return _QUOTED.sub(said, text), taken


def _object(order: re.Match[str], reference: datetime, known: KnownPeople) -> Proposal:
    wanted = english.TAIL.sub("", english.TAIL.sub("", order["object"]))
    doubts = [
        code
        for code, pattern in (
            ("exception", english.EXCEPTION),
            ("condition", english.CONDITION),
            ("negation", english.NEGATED),
        )
        if pattern.search(wanted)
    ]
    mentions = known.mentions(wanted)
    times, wanted_, sessions, unsure = _timed(wanted, mentions, reference)
    doubts += unsure
    ids: list[str] = []
    for found in english.SESSION.finditer(wanted_):
        ids += re.split(r"(?:, (?:and )?| and | or )#?", found["ids"].rstrip("."))
    wanted_ = english.SESSION.sub(lambda found: "\x00" * len(found[0]), wanted_)
    written = people_written(wanted_, mentions)
    small = _shape(wanted_, written)
    if not ids and not sessions and english.UNTOLD_SESSION.search(small):
        doubts.append("which_session")
        small = english.UNTOLD_SESSION.sub("~", small)
    sessions = (*sessions, *ids)
    meant = meaning(small, written, str(order["verb"]).lower())
    if meant is None:
        return Proposal(understood=False, reason="not_memory")
    if english.TIME.search(re.sub(r"@\d+", "", small)):
        doubts.append("no_time_found")
    return Proposal(
        understood=True,
        people=meant.people,
        relation=meant.relation,
        topic=meant.topic,
        intervals=times,
        sessions=sessions,
        doubts=(*meant.doubts, *doubts),
    )


def _timed(
    wanted: str, mentions: Sequence[Mention], reference: datetime
) -> tuple[tuple[Interval, ...], str, tuple[str, ...], list[str]]:
    """Times, the text with them blanked, sessions placed by them, doubts about them."""
    times: list[Interval] = []
    sessions, doubts, rest, begin = [], [], wanted, 0
    for one in intervals(wanted, reference):
        at = wanted.find(one.words, begin)
        end = at + len(one.words)
        # "April told us": a month only where no person is called so.
        if any(mention.start < end and at < mention.end for mention in mentions):
            doubts.append("name_or_time")
            continue
        dated = english.DATED.search(rest[:at])
        start = dated.start() if dated and one.end != LATEST else at
        if start < at:
            sessions.append(wanted[start:end])
        rest = rest[:start] + ("\x00" if start < at else "\x01") * (end - start) + rest[end:]
        times.append(one)
        begin = end
        if one.start > reference:
            doubts.append("future_time")
    if len(times) > 1:
        doubts.append("several_times")
    return tuple(times), rest, tuple(sessions), doubts


def _shape(wanted: str, written: Sequence[Written]) -> str:
    """The text as the patterns read it: people as `@0`, `@1` …, no times, no sessions."""
    parts, end = [], 0
    for number, one in enumerate(written):
        parts += [wanted[end : one.start].lower(), f"@{number}"]
        end = one.end
    shape = "".join([*parts, wanted[end:].lower()])
    shape = re.sub(r",? ?\x01+,?", " ", shape)
    shape = re.sub(r"(@\d+)'(?!s)", r"\1's", shape)
    return " ".join(shape.replace("\x00", "~").replace('"', "").split()).strip(" ,.!:;")

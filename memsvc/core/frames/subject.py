"""Of whom or what a statement speaks: one key for all ways to name them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from memsvc.core.memory import Draft, Memory
from memsvc.core.text import stream_safe

MOST_WORDS = 12

_TITLES = frozenset(
    "mr mrs ms miss dr doctor prof professor sir madam lady lord mister".split()  # noqa: SIM905
)
_DEFINITE = frozenset({"the"})
# No one thing in particular, or none that the sentence itself names.
_VAGUE = frozenset(
    """
    a an some any every each no many most several few all both one it he she they we you this that
    these those there here who what which where everyone everybody someone somebody anyone nobody
    everything something nothing his her their its your him them us another other others such
    people things stuff two three four five six seven eight nine ten hers theirs yours thing
    part reason problem point way time day lot bit kind sort
    """.split()  # noqa: SIM905
)
NOT_INSIDE = frozenset(
    """
    that which who whom whose where when while because but so if is are was were am be been has
    have had do does did not it he she they we you his her their its your this these those
    than I i me we us him them so very
    """.split()  # noqa: SIM905
)
# "Last year I moved".
_TIMES = frozenset("last yesterday today this recently just earlier two three a few".split())  # noqa: SIM905
_NOT_LAST = frozenset("and or but of the a an to in at on for from by with".split())  # noqa: SIM905
_PREPOSITIONS = frozenset(
    """
    after as for to in since on from at by with per until because due during before despite under
    without about according among against between into like near of off over than through towards
    within once having
    """.split()  # noqa: SIM905
)
# What a name may be introduced by: "the painter Ada Lovelace". Not the kinds of works, of which
# several bear one title.
_CLASSES = frozenset(
    """
    repository repo service server host company firm band painter player footballer singer actor
    actress writer professor judge captain senator river comet app application team club
    archaeologist historian scientist physicist politician musician artist singer-songwriter
    composer architect photographer journalist economist philosopher poet novelist director
    researcher entrepreneur airline university planet asteroid startup shop website
    """.split()  # noqa: SIM905
)
_GROUPS = frozenset("city town village island municipality".split())  # noqa: SIM905
_ME = frozenset({"I", "i", "me", "myself"})
_MY = frozenset({"my", "our"})
_USER = frozenset({"user", "human"})


class Who(NamedTuple):
    """Keys of the speaker and of the user; None where the speaker's "I" is no person's."""

    speaker: str | None
    user: str


class Subject(NamedTuple):
    """A subject's key; `mine`: it is the speaker or the user."""

    key: str
    mine: bool
    definite: bool = False


def who(statement: Draft | Memory) -> Who:
    """Who "I" and "the user" are in a statement."""
    user = plain_key(statement.user_id or "")
    if statement.speaker:
        speaker: str | None = named_key(statement.speaker.split())
        if speaker in _USER:
            speaker = user
    else:
        speaker = None if statement.role in {"assistant", "system", "tool"} else user
    return Who(speaker, user or ((speaker or "") if statement.role == "user" else ""))


def plain_key(text: str) -> str:
    """Small letters without accents, dots, quotation marks and needless space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", stream_safe(text)).replace("\u2019", "'")
        text = "".join(filter(_is_no_mark, text))
    text = text.casefold()
    for sign in '"\u201c\u201d\u2018`*':
        text = text.replace(sign, "")
    return " ".join(map(_undotted, text.split()) if "." in text else text.split())


def _undotted(word: str) -> str:
    """ "Inc." without dot, "B.C." without dots; "15.4" and "a.example" stay."""
    word = word.rstrip(".")
    parts = word.split(".")
    return "".join(parts) if all(len(part) == 1 and part.isalpha() for part in parts) else word


def _is_no_mark(sign: str) -> bool:
    return not unicodedata.combining(sign)


def named_key(words: Sequence[str]) -> str:
    """The key of a name, without article and title."""
    bare = [word.strip(",;:!?\"'()").casefold() for word in words]
    start = 0
    while start < len(bare) - 1 and (
        bare[start] in _DEFINITE or bare[start].rstrip(".") in _TITLES
    ):
        start += 1
    return plain_key(" ".join(bare[start:]))


def subject_of(words: Sequence[str], said_by: Who) -> Subject | None:
    """The subject that these words name; None where they name none, or no certain one."""
    if not words or len(words) > MOST_WORDS:
        return None
    if words[-1] in _ME and len(words) > 1 and words[0].lower() in _TIMES:
        words = words[-1:]
    first = words[0].strip(",;:\"'()")
    small = first.lower()
    if len(words) == 1 and first in _ME:
        return None if said_by.speaker is None else Subject(said_by.speaker, mine=True)
    if _is_user(words, small):
        return Subject(said_by.user, mine=True)
    if small in _MY and len(words) > 1:
        return _of_speaker(words[1:], said_by)
    return _of_name(words, small, said_by)


def _is_user(words: Sequence[str], first: str) -> bool:
    if len(words) == 2 and first == "the":
        return words[1].lower().strip(",") in _USER
    return len(words) == 1 and first in _USER


def _of_name(words: Sequence[str], first: str, said_by: Who) -> Subject | None:
    if _is_vague(words, first):
        return None
    owned = _owned_by_user(words)
    if owned:
        return Subject(f"{said_by.user}'s {named_key(owned)}", mine=False)
    if len(words) > 3 and first == "the" and words[1] in _GROUPS and words[2] == "of":
        words = words[3:]
    if len(words) > 2 and words[1] in _CLASSES and not words[2].islower():
        words = words[2:]
    key = named_key(words)
    return Subject(key, mine=False, definite=first == "the") if key else None


def _is_vague(words: Sequence[str], first: str) -> bool:
    """Whether nothing certain is named."""
    if first.endswith("ing") and len(words) > 1 and words[1].islower():
        return True  # "learning a language is ..."
    if first in _VAGUE and not (len(words) > 1 and _is_title(words)):
        return True
    if (
        not NOT_INSIDE.isdisjoint(words[1:] if words[0] == "I" and _is_title(words) else words)
        or words[-1] in _NOT_LAST
    ):
        return True
    return first in _PREPOSITIONS and not _is_capital(words)


def _of_speaker(words: Sequence[str], said_by: Who) -> Subject | None:
    """ "My sister" is somebody else than me."""
    if said_by.speaker is None:
        return None
    key = named_key(words)
    return Subject(f"{said_by.speaker}'s {key}", mine=False) if key else None


def _owned_by_user(words: Sequence[str]) -> Sequence[str]:
    for at in (0, 1):
        if len(words) > at + 1 and words[at].lower() in {"user's", "human's"}:
            return words[at + 1 :] if at == 0 or words[0].lower() == "the" else ()
    return ()


def _is_capital(words: Sequence[str]) -> bool:
    """ "In Utero", "Under the Bridge"; "In Oslo the rent" is no title."""
    return words[-1][:1].isupper() and all(len(word) < 4 or word[:1].isupper() for word in words)


def _is_title(words: Sequence[str]) -> bool:
    """ "A Hard Day's Night" is one thing; "Some guy" is not."""
    return words[0][:1].isupper() and words[1][:1].isupper()

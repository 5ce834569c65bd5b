"""Plain statements inside longer sentences: behind a comma, a colon, "and", or how it came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memsvc.core.frames.changes import leading_name
from memsvc.core.frames.sentences import Sentence
from memsvc.core.frames.verb_group import FINITE

_JOINTS = frozenset({"and", "but", "so"})
_BEGINS = frozenset({"my", "the", "our", "My", "The", "Our"})
# With these a sentence begins that says first when or why.
_LEADS = frozenset(
    """
    After As To Since From By Following Per Starting Effective Because Due Thanks Having Despite
    Update
    """.split()  # noqa: SIM905
)
# "In the pilot", "on Mondays": what follows holds there and then alone.
_WITHIN = frozenset("In On At During While Under Before Within With Until For Once".split())  # noqa: SIM905
_ENDS = (",", ":", ";", "\u2014", "\u2013")
_MOST = 6


def inner(said: Sentence) -> Iterator[Sentence]:
    """The parts that may be statements by themselves, in their order."""
    yield from _restarted(said)
    for start in list(_starts(said))[:_MOST]:
        bare = said.bare[start:]
        if len(bare) > 2:
            yield said._replace(written=said.written[start:], bare=bare)


def _restarted(said: Sentence) -> Iterator[Sentence]:
    """ "Ana left Ben and is married to Cy": the name at the beginning is the subject of both."""
    bare = said.bare
    for at in range(2, len(bare) - 2):
        if bare[at] in {"and", "but"} and bare[at + 1] in FINITE:
            name = [bare[0]] if bare[0] in {"I", "i"} else leading_name(bare)
            if name and len(name) < at:
                head = list(name)
                yield said._replace(
                    written=head + said.written[at + 1 :], bare=head + bare[at + 1 :]
                )
            return


def _starts(said: Sentence) -> Iterator[int]:
    bare = said.bare
    if bare[0] in _WITHIN:
        return
    if bare[0] in _LEADS:
        yield from (at for at in range(2, len(bare) - 2) if bare[at] in _BEGINS)
    for at in range(1, len(bare) - 2):
        if said.written[at].endswith(_ENDS) or not bare[at]:
            yield _behind_joint(bare, at + 1)
        elif bare[at] in _JOINTS and not said.written[at - 1].endswith(","):
            yield at + 1


def _behind_joint(bare: Sequence[str], at: int) -> int:
    return at + 1 if bare[at] in _JOINTS else at


def positive(said: Sentence) -> Iterator[Sentence]:
    """ "Is not in Cork but in Galway": is in Galway."""
    bare = said.bare
    denial = next((at for at, word in enumerate(bare) if word in {"not", "nolonger"}), None)
    if denial is None or "but" not in bare[denial + 2 :]:
        return
    but = bare.index("but", denial + 2)
    if but + 1 >= len(bare):
        return
    link = bare[but + 1]
    same = [at for at in range(denial + 1, but) if bare[at] == link]
    if same:
        kept = [at for at in range(same[-1]) if at != denial] + list(range(but + 1, len(bare)))
    elif but - denial in {2, 3, 4}:
        kept = list(range(denial)) + list(range(but + 1, len(bare)))
        if but - denial > 2 and bare[denial + 1].endswith(("ed", "en", "un")):
            kept.insert(denial, denial + 1)
    else:
        return
    yield said._replace(written=[said.written[at] for at in kept], bare=[bare[at] for at in kept])

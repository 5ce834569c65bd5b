"""Verbs without a sense of their own: read by their endings, where no mood or talk is meant."""

from __future__ import annotations

from memsvc.core.consolidation.telling_verbs import Form

# What people feel, think, say, try and do for each other: said for the moment.
_OF_THE_MOMENT = frozenset(
    """
    think feel know say guess hope wish mean see look try seem agree believe remember forget wonder
    appreciate thank promise need want let keep tell understand care trust admire value respect
    doubt expect suppose imagine notice realize realise find hear listen call talk chat ask answer
    reply show share mention explain suggest recommend advise invite text miss bet swear admit
    confess deserve owe mind matter sound help support encourage inspire motivate remind face handle
    deal fight struggle push cheer root cherish treasure welcome accept reckon assume laugh cry
    smile wait worry stress check grab send bring follow hang pop bump stick stay become turn end
    count rely depend focus aim strive get give take make put set go come do have be use like love
    enjoy hate prefer learn feel apologize apologise congratulate vote dare happen appear tend lean
    stand sit lie walk step move feel gather figure decide choose pick consider compare connect
    explore discover experience express reflect remain hug kiss change improve grow continue
    overcome achieve succeed fail mess rock bond lend challenge last survive bother interest
    surprise mean matter
    excite amaze depend ruin break fix-up wrap chase pursue embrace
    """.split()  # noqa: SIM905
)
_IRREGULAR_PAST = frozenset(
    """
    fed dug shot bent lent spent sent hid bit bled bred chose drew fell felt fled forgot froze hung
    heard held knelt laid led lit met paid rang rose ran sang sank sat shook shone shrank shut slid
    smelt spun stole stood stuck stung struck swore swept taught threw thought understood wept wound
    wove woke retook overcame rebuilt rewrote wrote said told knew saw made came went did took
    gave got had was were found
    """.split()  # noqa: SIM905
)
_NO_VERBS = frozenset(
    """
    and or but so the a an my our his her their this that these those here there all both each every
    no not as if in on at to of for from with by am is are was were be been being too very kind
    last next first most more many some any only own years friends family kids children ones
    yes us out up off down away back who which
    """.split()  # noqa: SIM905
)


def other_verb(word: str, auxiliary: str, *, by_other: bool) -> tuple[str, Form] | None:
    """The verb and its form by its ending; None for a word that is none, or tells a mood.

    `by_other`: the subject is neither "I" nor "we".
    """
    if len(word) < 3 or not (word.isascii() and word.isalpha()) or word in _NO_VERBS:
        return None
    found = _by_ending(word, auxiliary, by_other=by_other)
    return None if found is None or not _OF_THE_MOMENT.isdisjoint(_stems(*found)) else found


def _by_ending(word: str, auxiliary: str, *, by_other: bool) -> tuple[str, Form] | None:
    if auxiliary in {"am", "is", "are", "was", "were", "been"}:
        return (word[:-3], Form.PROGRESSIVE) if word.endswith("ing") else None
    if auxiliary in {"have", "has", "had"}:
        return (word[:-2], Form.PARTICIPLE) if word.endswith("ed") else None
    if auxiliary:
        return (word, Form.BASE) if auxiliary == "will" else None
    if word in _IRREGULAR_PAST:
        return None
    if word.endswith("ed") and not word.endswith("eed"):
        return word[:-2], Form.PAST
    if by_other:
        return (word[:-1], Form.THIRD) if word.endswith("s") and not word.endswith("ss") else None
    return None if word.endswith(("ly", "ing")) else (word, Form.BASE)


def _stems(verb: str, form: Form) -> set[str]:
    """What the verb may be without its ending: "hop" of "hoping" may be "hope"."""
    stems = {verb, f"{verb}e"}
    if form is Form.THIRD and verb.endswith("e"):
        stems.add(verb[:-1])
    if verb.endswith("i"):
        stems.add(f"{verb[:-1]}y")
    if len(verb) > 2 and verb[-1] == verb[-2]:
        stems.add(verb[:-1])
    return stems

"""What is told and asked: made-up statements with a question and its answer each, and look-alikes.

The same seed gives the same ones. Every statement is of another pair of person and thing, so each
question has one answer.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from memsvc.bench import words

FORMS = (
    (
        "I keep the {quality} {thing} in the {place} in {city}.",
        "Where does {person} keep the {thing}?",
        "{city}",
    ),
    (
        "I bought the {quality} {thing} in {city} for {amount} euros.",
        "In which city did {person} buy the {thing}?",
        "{city}",
    ),
    (
        "I gave the {quality} {thing} to {other} when we met in {city}.",
        "Who got the {thing} from {person}?",
        "{other}",
    ),
    (
        "I lost the {quality} {thing} near the {place} in {city}.",
        "Where did {person} lose the {thing}?",
        "{city}",
    ),
)
"""Statement, question, and the answer that stands in the statement."""


@dataclass(frozen=True, slots=True)
class Told:
    """One statement of a person about a thing."""

    form: int
    person: str
    thing: str
    content: str
    question: str
    answer: str


class Teller:
    """Makes statements up, none about a person and a thing that it has used already."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        pairs = [(person, thing) for person in words.PEOPLE for thing in words.THINGS]
        self._random.shuffle(pairs)
        self._pairs = pairs

    def tell(self, count: int) -> list[Told]:
        """The next statements, about any people and things."""
        return [self._made(at % len(FORMS), *self._pairs.pop()) for at in range(count)]

    def alike(self, told: Sequence[Told]) -> list[Told]:
        """Two look-alikes of each: of the same thing by another person, and the other way round."""
        return [like for one in told for like in self._alike(one)]

    def _alike(self, one: Told) -> Iterator[Told]:
        for of_thing in (True, False):
            place = next(
                at
                for at, (person, thing) in enumerate(self._pairs)
                if (thing == one.thing if of_thing else person == one.person)
            )
            yield self._made(one.form, *self._pairs.pop(place))

    def _made(self, form: int, person: str, thing: str) -> Told:
        pick = self._random.choice
        filled = {
            "person": person,
            "thing": thing,
            "other": pick([one for one in words.PEOPLE if one != person]),
            "quality": pick(words.QUALITIES),
            "place": pick(words.PLACES),
            "city": pick(words.CITIES),
            "amount": self._random.randint(2, 900),
        }
        content, question, answer = (part.format(**filled) for part in FORMS[form])
        return Told(form, person, thing, content, question, answer)


def noisy(told: Told, kind: str, seed: int) -> Told:
    """The same with a question as somebody in a hurry types it. Raises KeyError: no such kind."""
    made = random.Random(f"{seed} {told.question}")
    return replace(told, question=NOISES[kind](told.question, made))


def _typos(question: str, made: random.Random) -> str:
    """Two neighbouring letters swapped in every second longer word; first letters stay."""
    typed = []
    for word in question.split():
        letters = list(word)
        if len(word) > 4 and made.random() < 0.5:
            at = made.randrange(1, len(word) - 2)
            letters[at : at + 2] = reversed(letters[at : at + 2])
        typed.append("".join(letters))
    return " ".join(typed)


def _dropped(question: str, made: random.Random) -> str:
    """Every fourth word is missing, but not all."""
    kept = [word for word in question.split() if made.random() > 0.25]
    return " ".join(kept) or question


def _shuffled(question: str, made: random.Random) -> str:
    split = question.rstrip("?").split()
    made.shuffle(split)
    return " ".join(split)


def _bare(question: str, _made: random.Random) -> str:
    """Small letters, no signs."""
    return "".join(sign for sign in question.lower() if sign.isalnum() or sign == " ")


def _chatty(question: str, _made: random.Random) -> str:
    return f"Sorry to bother you again, but I was just wondering: {question} Thanks a lot!"


NOISES = {
    "typos": _typos,
    "words dropped": _dropped,
    "words shuffled": _shuffled,
    "small letters, no signs": _bare,
    "wrapped in chatter": _chatty,
}

"""Plain sentences, made up from word lists: what the load benchmark writes and asks.

The same seed gives the same sentences, and one source never repeats itself, so nothing is a
duplicate and no query was asked before.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import islice

from memsvc.bench import words

TRIES = 1000

QUESTIONS = (
    "What did {person} say about the {quality} {thing} {when}?",
    "Where did {person} put the {thing} after the trip to {city}?",
    "When is {person} going to {city} to see the {quality} {thing}?",
    "Which {thing} did {person} and {other} buy together {when}?",
    "Why was {person} so {feeling} about the {quality} {thing}?",
    "Who asked {person} for the {quality} {thing} in {city} {when}?",
    "How often does {person} {habit} with {other} {when}?",
    "Does {person} still {habit} whenever {other} is in {city}?",
    "What made {person} decide to sell the {quality} {thing} {when}?",
    "How did {other} feel when {person} lost the {thing} in {city}?",
)
STATEMENTS = (
    "{person} told me that the {quality} {thing} arrived {when}, and {other} was {feeling} "
    "about it.",
    "{when}, {person} went to {city} with {other} to look at a {quality} {thing} for the {place}.",
    "I usually {habit} on {day}s, but {when} I stayed in {city} because {person} had a {quality} "
    "{thing} to show me.",
    "My {relative} {person} moved to {city} {when} and now works at a {quality} {place} near "
    "the old {thing}.",
    "We agreed with {person} to put the {quality} {thing} into the {place}, since {other} wants to "
    "{habit} there {when}.",
    "{person} is {feeling} that {other} forgot the {quality} {thing} in {city} {when}.",
    "The {place} in {city} closes at {hour} on {day}s, so {person} will bring the {quality} "
    "{thing} {when} instead.",
    "{other} prefers the {quality} {thing} over the {second} one, although {person} paid "
    "{amount} euros for it {when}.",
    "After {amount} days in {city}, {person} felt {feeling}, learned to {habit} and brought back a "
    "{quality} {thing} for {other}.",
    "Please remember that {person} must not {habit} before {hour}, because the doctor in {city} "
    "said so {when}.",
)


class Sentences:
    """Questions of about 8 to 14 words, statements of about 12 to 25; each one only once."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._given: set[str] = set()

    def questions(self, count: int) -> list[str]:
        """The next questions."""
        return self._distinct(QUESTIONS, count)

    def statements(self, count: int) -> list[str]:
        """The next statements."""
        return self._distinct(STATEMENTS, count)

    def _distinct(self, patterns: tuple[str, ...], count: int) -> list[str]:
        return [self._new(lambda: self._filled(patterns)) for _ in range(count)]

    def _new(self, make: Callable[[], str]) -> str:
        for sentence in islice(iter(make, ""), TRIES):
            if sentence not in self._given:
                self._given.add(sentence)
                return sentence
        raise RuntimeError("the word lists are used up: measure for a shorter time")

    def _filled(self, patterns: tuple[str, ...]) -> str:
        pick = self._random.choice
        sentence = pick(patterns).format(
            person=pick(words.PEOPLE),
            other=pick(words.PEOPLE),
            quality=pick(words.QUALITIES),
            second=pick(words.QUALITIES),
            thing=pick(words.THINGS),
            city=pick(words.CITIES),
            place=pick(words.PLACES),
            relative=pick(words.RELATIVES),
            feeling=pick(words.FEELINGS),
            habit=pick(words.HABITS),
            when=pick(words.TIMES),
            day=pick(words.DAYS),
            hour=pick(words.HOURS),
            amount=self._random.randint(2, 900),
        )
        return sentence[0].upper() + sentence[1:]

"""How a fact is stated: one sentence for each relation, about its subject by name."""

from __future__ import annotations

from memsvc.core.frames.frame import OPEN

_TEMPLATES = {
    "name": "{s} is called {v}.",
    "home": "{s} lives in {v}.",
    "hometown": "{s} grew up in {v}.",
    "origin": "{s} comes from {v}.",
    "employer": "{s} works at {v}.",
    "occupation": "{s} works as {v}.",
    "field of work": "{s} works in {v}.",
    "salary": "{s} earns {v}.",
    "spouse": "{s} is married to {v}.",
    "partner": "{s} is in a relationship with {v}.",
    "friends": "{s} is friends with {v}.",
    "children": "{s} has a child named {v}.",
    "siblings": "{s} has a sibling named {v}.",
    "allergies": "{s} is allergic to {v}.",
    "conditions": "{s} suffers from {v}.",
    "medication": "{s} takes medication: {v}.",
    "diet": "{s}'s diet is {v}.",
    "hobbies": "{s} is interested in {v}.",
    "likes": "{s} likes {v}.",
    "dislikes": "{s} dislikes {v}.",
    "pets": "{s} has a pet named {v}.",
    "goals": "{s}'s goal is {v}.",
    "visited": "{s} visited {v}.",
    "books read": "{s} read {v}.",
    "team": "{s} plays for {v}.",
    "instrument": "{s} plays the {v}.",
    "education": "{s} studied at {v}.",
    "field of study": "{s} studies {v}.",
    "languages": "{s} speaks {v}.",
    "citizenship": "{s} is a citizen of {v}.",
    "place of birth": "{s} was born in {v}.",
    "date of birth": "{s} was born on {v}.",
    "award": "{s} received the {v}.",
    "manager": "{s} reports to {v}.",
    "sport": "{s}'s sport is {v}.",
}
_ANY = "{s}'s {r} is {v}."


def predicate_of(relation: str) -> str:
    """What a relation is called in a fact: words that people use."""
    return relation.removeprefix(OPEN).partition("@")[0].strip()


def stated(subject: str, relation: str, value: str) -> str:
    """The fact as a sentence."""
    template = _TEMPLATES.get(relation, _ANY)
    return template.format(s=subject, r=predicate_of(relation), v=value)

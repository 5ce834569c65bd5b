"""Those who belong to somebody: family, friends, animals, and parts of the body."""

from __future__ import annotations

from collections.abc import Mapping

_KIN: Mapping[str, str] = {
    "spouse": "wife husband spouse hubby wifey",
    "partner": "partner girlfriend boyfriend fiance fiancee fianc\xe9 fianc\xe9e",
    "children": """son daughter child kid baby toddler stepson stepdaughter twins kids children sons
        daughters newborn""",
    "siblings": """sister brother sisters brothers sibling siblings twin stepbrother stepsister
        half-sister half-brother""",
    "mother": "mother mom mum mama",
    "father": "father dad papa",
    "friends": "friend friends buddy bestie colleague colleagues coworker coworkers co-worker",
    "family": """cousin cousins uncle aunt auntie nephew niece nephews nieces grandmother
        grandfather grandma grandpa granny grandparents grandson granddaughter grandchildren
        parents in-laws mother-in-law father-in-law sister-in-law brother-in-law stepmother
        stepfather stepmom stepdad godmother godfather godson goddaughter""",
    "teacher": "teacher coach tutor mentor therapist boss manager doctor",
    "flatmate": "roommate flatmate housemate neighbour neighbor neighbours neighbors",
    "pets": """dog cat puppy kitten tomcat hamster rabbit bunny parrot budgie horse pony turtle
        tortoise fish goldfish snake lizard gecko ferret pig hen chicken goat guinea-pig pup dogs
        cats puppies kittens rabbits horses hens chickens pet pets kitty poodle labrador retriever
        beagle terrier corgi dachshund husky""",
}
KIN: Mapping[str, str] = {
    word: relation for relation, words in _KIN.items() for word in words.split()
}
"""A word for somebody, and the relation it tells."""

ANIMALS = frozenset(_KIN["pets"].split())
PLURAL = frozenset(
    word
    for word in KIN
    if (word.endswith("s") and word not in {"boss"}) or word in {"children", "grandchildren"}
)
FEMALE = frozenset(
    """
    wife girlfriend fiancee fianc\xe9e daughter stepdaughter sister stepsister half-sister mother
    mom mum mama aunt auntie niece grandmother grandma granny granddaughter mother-in-law
    sister-in-law stepmother stepmom godmother goddaughter wifey
    """.split()  # noqa: SIM905
)
MALE = frozenset(
    """
    husband boyfriend fianc\xe9 son stepson brother stepbrother half-brother father dad papa uncle
    nephew grandfather grandpa grandson father-in-law brother-in-law stepfather stepdad godfather
    godson hubby tomcat
    """.split()  # noqa: SIM905
)
ONLY = frozenset("wife husband mother mom mum father dad".split())  # noqa: SIM905
"""Of whom a person has one: that there is one needs no name to be clear."""

BODY = frozenset(
    """
    knee knees back shoulder shoulders wrist ankle arm leg foot hip neck head elbow hand hands eye
    eyes ear ears stomach heart teeth tooth skin lungs
    """.split()  # noqa: SIM905
)

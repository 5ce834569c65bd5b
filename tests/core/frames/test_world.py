"""Facts of an encyclopaedia: one frame for all ways to put one."""

from __future__ import annotations

import pytest

from memsvc.core.frames import Relation
from tests.core.frames.said import read, stand, told


@pytest.mark.parametrize(
    ("content", "frame"),
    [
        ("The capital of Kenya is Nairobi.", ("kenya", "capital", "nairobi")),
        ("Kenya's capital is Nairobi.", ("kenya", "capital", "nairobi")),
        ("Nairobi is the capital of Kenya.", ("kenya", "capital", "nairobi")),
        ("Update on Kenya: capital is now Nairobi.", ("kenya", "capital", "nairobi")),
        ("The captial city of Kenya is Nairobi.", ("kenya", "capital", "nairobi")),
        ("Kenya: capital is Nairobi", ("kenya", "capital", "nairobi")),
        ("Kenya has a new capital: Nairobi.", ("kenya", "capital", "nairobi")),
        ("As of 2030, the capital of Kenya is Nairobi.", ("kenya", "capital", "nairobi")),
        ("Kenya moved its capital from Mombasa to Nairobi.", ("kenya", "capital", "nairobi")),
        ("Kenya is located in the continent of Africa.", ("kenya", "continent", "africa")),
        ("The official language of Brazil is Portuguese.",
         ("brazil", "official language", "portuguese")),
        ("Marie Curie was born in the city of Warsaw.",
         ("marie curie", "place of birth", "warsaw")),
        ("Marie Curie's birthplace is Warsaw.", ("marie curie", "place of birth", "warsaw")),
        ("Ada Byron is a citizen of France.", ("ada byron", "citizenship", "france")),
        ("Ada Byron holds citizenship of France.", ("ada byron", "citizenship", "france")),
        ("Ada Byron became a citizen of France.", ("ada byron", "citizenship", "france")),
        ("Karl Gruber plays the position of goalkeeper.",
         ("karl gruber", "position", "goalkeeper")),
        ("Update on Karl Gruber: position played on team / speciality is now striker.",
         ("karl gruber", "position", "striker")),
        ("Karl Gruber is associated with the sport of handball.",
         ("karl gruber", "sport", "handball")),
        ("Karl Gruber is famous for The Blue Door.", ("karl gruber", "notable work", "blue door")),
        ("The university where Jim Hall was educated is Oxford.",
         ("jim hall", "education", "oxford")),
        ("Jim Hall studied at Oxford.", ("jim hall", "education", "oxford")),
        ("The type of music that Jim Hall plays is jazz.", ("jim hall", "genre", "jazz")),
        ("The Old Pier was created in the country of Wales.",
         ("old pier", "country of origin", "wales")),
        ("Jim Hall's child is Ann Hall.", ("jim hall", "child", "ann hall")),
    ],
)  # fmt: skip
def test_statements_of_the_world(content: str, frame: tuple[str, str, str]) -> None:
    assert told(content) == [frame]


@pytest.mark.parametrize(
    "content",
    [
        "Copperfox was founded by Lena Roth.",
        "Lena Roth founded Copperfox.",
        "The founder of Copperfox is Lena Roth.",
        "Lena Roth is the founder of Copperfox.",
        "Lena Roth is Copperfox's founder.",
        "Copperfox's founder is Lena Roth.",
        "It was Lena Roth who founded Copperfox.",
        "The person who founded Copperfox is Lena Roth.",
        "Update on Copperfox: founded by is now Lena Roth.",
    ],
)
def test_active_passive_and_inverted_forms_meet(content: str) -> None:
    assert told(content) == [("copperfox", "founder", "lena roth")]


@pytest.mark.parametrize(
    "content",
    [
        "The CEO of Copperfox is Lena Roth.",
        "Copperfox's chief executive officer is Lena Roth.",
        "Lena Roth runs Copperfox.",
        "Copperfox is led by Lena Roth.",
        "Copperfox is headed by Lena Roth.",
        "Lena Roth is at the helm of Copperfox.",
        "Lena Roth became CEO of Copperfox.",
        "Lena Roth was appointed CEO of Copperfox.",
        "Lena Roth took over as CEO of Copperfox.",
        "Lena Roth replaced Max Orff as CEO of Copperfox.",
        "Max Orff was replaced by Lena Roth as CEO of Copperfox.",
        "Copperfox named Lena Roth its CEO.",
        "The new CEO of Copperfox is Lena Roth.",
    ],
)
def test_who_runs_a_company(content: str) -> None:
    assert told(content) == [("copperfox", "chief executive", "lena roth")]


def test_the_company_that_made_something() -> None:
    frame = ("ford pinto", "manufacturer", "ford motor company")

    assert told("The company that produced Ford Pinto is Ford Motor Company.") == [frame]
    assert told("Ford Motor Company produced the Ford Pinto.") == [frame]
    assert told("Ford Pinto's manufacturer is Ford Motor Company.") == [frame]


def test_a_title_may_look_like_a_sentence() -> None:
    for title in ("A Hard Day's Night", "Can't Buy Me Love", "Stand by Me", "I Want You"):
        assert [frame.relation for frame in read(f"{title} was performed by The Sparrows.")] == [
            "performer"
        ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The capital of Jamaica is Kingston.", "The capital of Jamaica Plain is Boston."),
        ("Paris is located in the continent of Europe.",
         "Paris, Texas is located in the continent of North America."),
        ("The director of Nine Winters is Ana Moor.", "The author of Nine Winters is Ben Low."),
        ("Copperfox was co-founded by Lena Roth.", "Copperfox was co-founded by Max Orff."),
        ("Lena Roth speaks Finnish.", "Lena Roth speaks Greek."),
        ("The former CEO of Copperfox is Max Orff.", "The CEO of Copperfox is Lena Roth."),
        ("Lena Roth was the mayor of Ulm.", "Max Orff was the mayor of Ulm."),
        ("The deputy director of Copperfox is Max Orff.",
         "The director of Copperfox is Lena Roth."),
    ],
)  # fmt: skip
def test_what_only_looks_alike_does_not_meet(one: str, other: str) -> None:
    assert stand(one, other) is Relation.UNRELATED

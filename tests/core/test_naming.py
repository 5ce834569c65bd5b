"""Where a person is named, how sure that is, and texts without the names."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.memory import Behavior, Fact, Memory
from memsvc.core.naming import (
    MARK,
    Person,
    Sought,
    confidence_in,
    namings,
    redacted,
    redacted_memory,
    sought,
    words_to_find,
)
from tests.core.made import memory

INES = Person(
    ("u-20731", "ines.moura@example.org", "+351 912 345 678", "k9"), ("Inês Moura", "Nesi")
)
NONE = ""


def found(text: str, person: Person, others: frozenset[str] = frozenset()) -> dict[str, float]:
    return {text[one.start : one.end]: one.confidence for one in namings(text, person, others)}


@pytest.mark.parametrize(
    ("text", "naming", "least", "most"),
    [
        # The whole name.
        ("Then Inês Moura called.", "Inês Moura", 0.95, 1),
        ("then INES MOURA called", "INES MOURA", 0.9, 0.94),
        ("Ine\u0302s Moura", "Ine\u0302s Moura", 0.95, 1),
        ("a note on inês moura's flat", "inês moura", 0.95, 1),
        ("Moura, Inês", "Moura, Inês", 0.9, 1),
        ("Inês\nMoura", "Inês\nMoura", 0.95, 1),
        ("Inês T. de Moura", "Inês T. de Moura", 0.95, 1),
        ("Inês-Moura", "Inês-Moura", 0.95, 1),
        ("ask I. Moura", "I. Moura", 0.7, 0.75),
        ("ask Inês M. again", "Inês M.", 0.7, 0.75),
        # One part alone.
        ("We met Inês.", "Inês", 0.6, 0.6),
        ("We met Ines.", "Ines", 0.5, 0.59),
        ("Inês\u2019s cat", "Inês", 0.6, 0.6),
        ("Her name is Nesi", "Nesi", 0.6, 0.6),
        ("we met inês", "inês", 0.5, 0.59),
        ("We met inês", "inês", 0.1, 0.3),
        ("inês: I met Rui", "inês", 0.5, 0.59),
        ("Inês\u200b Moura", "Inês\u200b Moura", 0.95, 1),
        ("Yesterday Mrs. Moura came", "Moura", 0.75, 0.75),
        ("when Rita Moura came", "Moura", 0.05, 0.3),
        ("when Inês Falcão came", "Inês", 0.05, 0.3),
        ("Santa Inês is a town", "Inês", 0.05, 0.3),
        ("Inês-Sofia came", NONE, 0, 0),
        ("Mouraria, Inesita, nesista", NONE, 0, 0),
        ("写信给Inês吧", "Inês", 0.6, 0.6),
        # Ids.
        ("see U-20731.", "U-20731", 0.95, 1),
        ("see u-207311 or xu-20731 or u-20731-b", NONE, 0, 0),
        ("K9 said", "K9", 0.5, 0.7),
        ("k91 and mk9 and k9_x", NONE, 0, 0),
        # Addresses.
        ("to Ines.Moura@Example.org.", "Ines.Moura@Example.org", 1, 1),
        ("ines.moura+a@example.org", "ines.moura+a@example.org", 1, 1),
        ("ines.moura@work.example", "ines.moura@work.example", 0.9, 0.99),
        ("imoura@work.example", "imoura@work.example", 0.5, 0.8),
        ("rita@work.example", NONE, 0, 0),
        ("by @inesmoura88!", "@inesmoura88", 0.9, 0.99),
        ("#InesMoura", "#InesMoura", 0.9, 0.99),
        (
            "on https://social.example/in/ines-moura-7/.",
            "https://social.example/in/ines-moura-7/",
            0.9,
            0.99,
        ),
        ("mouraria@work.example", NONE, 0, 0),
        # Telephone numbers.
        ("+351912345678", "+351912345678", 1, 1),
        ("00351 (912) 345-678", "00351 (912) 345-678", 1, 1),
        ("tel. 912 345 678", "912 345 678", 0.6, 0.9),
        ("+44 912 345 678", NONE, 0, 0),
        ("912 345 6789 and 2912345678", NONE, 0, 0),
        ("345 678", NONE, 0, 0),
        ("A912345678", NONE, 0, 0),
    ],
)
def test_one_naming(text: str, naming: str, least: float, most: float) -> None:
    seen = found(text, INES)
    assert list(seen) == ([naming] if naming else [])
    assert all(least <= one <= most for one in seen.values())


@pytest.mark.parametrize(
    ("name", "text", "naming", "least"),
    [
        ("Nguyễn Thị Hoa", "nguyen thi hoa rang em", "nguyen thi hoa", 0.9),
        ("Nguyễn Thị Hoa", "I asked Chị Hoa.", "Hoa", 0.7),
        ("Đặng Quân", "Dang Quan wrote", "Dang Quan", 0.9),
        ("Jürgen Groß", "JUERGEN GROSS", "JUERGEN GROSS", 0.9),
        ("Juergen Gross", "Jürgen Groß", "Jürgen Groß", 0.9),
        ("Åsa Bjørnstad", "Aasa Bjornstad", "Aasa Bjornstad", 0.9),
        ("İpek Y\u0131ld\u0131z", "ipek yildiz", "ipek yildiz", 0.9),
        ("Łukasz Żak", "lukasz zak", "lukasz zak", 0.9),
        ("Khalid al-Rashid", "Khalid Al Rashid", "Khalid Al Rashid", 0.9),
        ("Khalid al-Rashid", "Khalid Rashid", "Khalid Rashid", 0.9),
        ("Saʿid Haddad", "Said Haddad", "Said Haddad", 0.9),
        ("Beatriz de la Fuente", "Beatriz Fuente", "Beatriz Fuente", 0.9),
        ("João Pedro da Silva Rocha", "João Rocha", "João Rocha", 0.8),
        ("João Pedro da Silva Rocha", "to Silva Rocha", "Silva Rocha", 0.7),
        ("Sinéad O'Dowd", "Sinead O\u2019Dowd", "Sinead O\u2019Dowd", 0.9),
        ("Sinéad O'Dowd", "It was O'Dowd", "O'Dowd", 0.6),
        ("Anne-Lise Holm", "We saw Anne-Lise", "Anne-Lise", 0.6),
        ("Dr. Yusra Badawi PhD", "Yusra Badawi", "Yusra Badawi", 0.95),
        ("Badawi, Yusra", "Yusra Badawi", "Yusra Badawi", 0.95),
        ("陳美玲", "昨天陳美玲說", "陳美玲", 0.9),
        ("佐藤 健一", "佐藤健一さん", "佐藤健一", 0.9),
        ("佐藤健一", "佐藤健一さん", "佐藤健一", 0.9),
        ("アンナ・ロッシ", "アンナ ロッシが", "アンナ ロッシ", 0.9),
        ("박지민", "박지민은 왔다", "박지민", 0.9),
        ("สมชาย ใจดี", "พบสมชายใจดีเมื่อวาน", "สมชายใจดี", 0.9),
        ("محمد حداد", "قال محمد حداد", "محمد حداد", 0.9),
        ("Дмитрий Орлов", "дмитрий орлов", "дмитрий орлов", 0.9),
    ],
)
def test_names_of_many_lands(name: str, text: str, naming: str, least: float) -> None:
    seen = found(text, Person((), (name,)))
    assert list(seen) == [naming]
    assert seen[naming] >= least


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("アンナ", "アンナプルナ"),
        ("陳美玲", "陳美"),
        ("Ana Sol", "banana and soles"),
        ("", "x"),
        ("-", "-"),
    ],
)
def test_no_naming(name: str, text: str) -> None:
    assert namings(text, Person((), (name,))) == []


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("Grace is what we need.", False),
        ("It took grace.", False),
        ("I gave it to Grace.", True),
        ("Grace's bike", True),
        ("Grace said so.", True),
        ("a Grace period", False),
        ("GRACE PERIOD", False),
        ("Seven Ways To Fall From Grace", False),
        ("In April it rains.", False),
        ("April 3", False),
        ("April told me.", True),
        ("I saw April's car", True),
        ("it is so", False),
        ("So it is", False),
        ("we asked Mr. So", True),
    ],
)
def test_a_name_that_is_a_word_needs_more(text: str, sure: bool) -> None:
    person = Person((), ("Grace Holloway", "April Ng", "Wei So"))
    assert any(one.confidence >= 0.5 for one in namings(text, person)) is sure


def test_who_shares_a_name_makes_it_less_sure() -> None:
    shared = frozenset({"ana moura"})
    assert found("We met Moura.", INES, shared) == {"Moura": 0.3}
    assert found("We met Inês.", INES, shared) == {"Inês": 0.6}
    assert found("We met Ana Moura.", INES, shared) == {}
    others = frozenset({"inês falcão", "inês moura neves"})
    assert found("We met Ines.", INES, others) == {"Ines": 0.25}
    assert found("We met Inês Moura.", INES, others) == {"Inês Moura": 0.95}
    assert found("We met Ines Moura Neves.", INES, others) == {}
    # Her own name among those known takes nothing away.
    assert found("We met Inês.", INES, frozenset({"inês moura"})) == {"Inês": 0.6}


def test_ids_that_look_like_names_are_names_at_best() -> None:
    person = Person(("ana", "will", "user", "42", "1984"), ())
    assert found("Later Ana came.", person) == {"Ana": 0.6}
    assert found("banana", person) == {}
    assert all(one <= 0.3 for one in found("The user will see 42 in 1984", person).values())


def test_spots_are_in_order_and_apart() -> None:
    text = "Inês Moura (ines.moura@example.org, +351 912 345 678, k9) is Inês, not K9-2."
    seen = namings(text, INES)
    assert [text[one.start : one.end] for one in seen] == [
        "Inês Moura", "ines.moura@example.org", "+351 912 345 678", "k9", "Inês"
    ]  # fmt: skip
    assert namings(text, sought(INES)) == seen


def test_confidence_in_every_field() -> None:
    def sure(**fields: object) -> float:
        return confidence_in(memory(**{"content": "tea"} | fields), INES)

    assert sure() == 0.0
    assert sure(session_id="u-20731") == 0.0
    assert sure(user_id="U-20731") == sure(subject_ids=("x", "k9")) == 1.0
    assert sure(subject_ids=("00351912345678",)) == sure(user_id="inês moura") == 1.0
    assert sure(user_id="inês") == 0.0
    assert sure(content="for Inês") == 0.6
    assert sure(speaker="Inês Moura") == sure(fact=Fact("Inês Moura", "likes", "tea")) == 0.95
    assert sure(fact=Fact("Rui", "knows", "Inês Moura")) == 0.95
    assert sure(tags=("tea", "ines-moura")) == 0.9
    assert sure(metadata={"a": [{"b": "by u-20731"}, 7, None]}) == 0.95
    assert sure(behavior=Behavior("greet", "Say hello to Inês Moura")) == 0.95
    assert sure(behavior=Behavior("greet Inês Moura", "Say hello")) == 0.95


def test_redacted_memory() -> None:
    full = memory(
        content="Inês Moura likes tea; so does she.",
        user_id="u-20731",
        subject_ids=("u2", "K9"),
        session_id="u-20731",
        speaker="Inês",
        fact=Fact("Inês Moura", "likes", "tea"),
        behavior=Behavior("greet", "Greet Inês\u2019s guests"),
        tags=("tea", "inês moura", "for k9"),
        metadata={"from": "ines.moura@example.org", "to": ["Rui", {"cc": "k9"}], "n": 3},
    )
    clean = redacted_memory(full, INES)

    assert clean.content == f"{MARK} likes tea; so does she."
    assert (clean.user_id, clean.subject_ids, clean.session_id) == (None, ("u2",), "u-20731")
    assert (clean.speaker, clean.fact) == (MARK, Fact(MARK, "likes", "tea"))
    assert clean.behavior == Behavior("greet", f"Greet {MARK}\u2019s guests")
    assert clean.tags == ("tea", f"for {MARK}")
    assert clean.metadata == {"from": MARK, "to": ["Rui", {"cc": MARK}], "n": 3}
    assert confidence_in(clean, INES) < 0.5
    other = memory(content="tea for Rui", user_id="u2", tags=("tea",), metadata={"a": ["b"]})
    assert redacted_memory(other, INES) == other


def test_the_mark_names_nobody() -> None:
    person = Person(("redacted",), ("Rita Redacted",))
    text = redacted("Rita Redacted said: Redacted!", person)
    assert text == "[…] said: […]!"
    assert redacted("It was Redacted.", person, mark="Rita Redacted") == "It was […]."


WORDS = (
    "Inês", "INES", "inês", "Moura", "moura", "Rita", "Falcão", "Will", "will", "May", "may", "the",
    "in", "said", "I.", "M.", "Mrs.", "u-20731", "k9", "@ines", "+351 912 345 678", "912345678",
    "ines.moura@example.org", "https://a.example/ines", ".", ",", "\n", "-", "'s", "(", "陳美玲",
    "Ana", "redacted",
)  # fmt: skip
PEOPLE = (
    INES,
    Person(("will", "ana"), ("Will May", "陳美玲")),
    Person(("redacted", "7"), ("Ana Redacted",)),
    Person((), ("May", "Rita Falcão")),
)


@given(
    st.one_of(
        st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
        st.lists(st.sampled_from(WORDS), max_size=8).map("".join),
        st.text(max_size=40),
    ),
    st.sampled_from(PEOPLE),
    st.sets(st.sampled_from(["inês falcão", "rita moura", "ana", "will smith"])).map(frozenset),
    st.sampled_from([0.2, 0.5, 0.9]),
)
def test_what_is_redacted_names_nobody(
    text: str, person: Person, others: frozenset[str], at_least: float
) -> None:
    seen = namings(text, person, others)
    assert all(0 <= one.start < one.end <= len(text) and 0 < one.confidence <= 1 for one in seen)
    assert all(one.end <= two.start for one, two in pairwise(seen))

    clean = redacted(text, person, others, at_least)
    assert all(one.confidence < at_least for one in namings(clean, person, others))
    if all(one.confidence < at_least for one in seen):
        assert clean == text
    assert redacted(clean, person, others, at_least) == clean


@given(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), st.sampled_from(PEOPLE))
def test_a_redacted_memory_names_nobody(text: str, person: Person) -> None:
    full: Memory = memory(
        content=text,
        speaker=text,
        user_id=text,
        subject_ids=tuple(text.split()),
        tags=tuple(text.split()),
        fact=Fact(text, "p", text),
        metadata={"a": {"b": [text]}},
    )
    assert confidence_in(redacted_memory(full, person), person) < 0.5


def test_words_to_find() -> None:
    rows = words_to_find(Person(("k9", "+351 912 345 678"), ("Jürgen An", "佐藤 健一")))
    assert {("k9",), ("351912345678",), ("jürgen",), ("jurgen",), ("juergen",)} <= set(rows)
    assert ("an",) not in rows
    assert {("jurgen", "an"), ("佐藤", "健一")} <= set(rows)


@pytest.mark.parametrize(
    "shape",
    [
        *("a", "A", "a ", "A ", "Inês ", "Inês Moura ", "I. ", "Moura,", "Inês-", "de ", "e\u0301"),
        *("\u0301", "1", "1 ", "12-", "(", "+", "+1", "00", "@", "a@", "a.", "a.b/", "@a.", "www."),
        *("http://", "https://a", "a/", "k9", "k9 ", "k9_", ".k9", "'", "'s", "\n", " ", "_", "#"),
        *("陳", "陳美玲", "ア", "u-20731", "u-", "912 345 678 ", "[redacted]", "Rita Moura "),
    ],
)
def test_time_grows_with_the_length(shape: str) -> None:
    """Shapes at which a pattern could try the same signs again and again."""
    person = Person((*INES.identities, "a" * 40), (*INES.names, "陳美玲", "I I I I I"))
    who = sought(person, frozenset({"rita moura", "inês falcão"}))
    short, long = (shape * (length // len(shape)) + "x" for length in (2_000, 16_000))

    for look in (namings, redacted):
        # Eight times the length; with the square of it, it would be 64 times the time.
        assert _least_time(look, long, who) < 16 * _least_time(look, short, who)


def _least_time(look: Callable[[str, Sought], object], text: str, who: Sought) -> float:
    """In seconds of this thread, of three tries: one of them may collect others' garbage."""
    took = []
    for _ in range(3):
        begun = time.thread_time()
        look(text, who)
        took.append(time.thread_time() - begun)
    return min(took)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("behavior_call_nesi", "behavior_call_redacted"),
        ("behavior_ines_moura_first", "behavior_redacted_first"),
        ("behavior_ask_u_20731", "behavior_ask_redacted"),
        ("behavior_write_ines_moura_example_org_then_wait", "behavior_write_redacted_then_wait"),
        ("behavior_nesi", "behavior_redacted"),
        ("behavior_ask_u_207311", "behavior_ask_u_207311"),
        ("behavior_check_units", "behavior_check_units"),
    ],
)
def test_names_of_behaviors_are_read_as_words_and_stay_names(name: str, left: str) -> None:
    """Wherever they are: in a behavior, or among those that a trace cites."""
    held = memory(
        behavior=Behavior(name, "Do."), metadata={"trace": {"cited": [name, "behavior_a"]}}
    )

    after = redacted_memory(held, INES)

    assert after.behavior == Behavior(left, "Do.")
    assert after.metadata["trace"] == {"cited": [left, "behavior_a"]}
    assert (confidence_in(held, INES) > 0) == (name != left)
    assert confidence_in(after, INES) == 0


def test_a_behavior_that_is_cited_in_a_text_names_who_its_name_names() -> None:
    text = "Used behavior_ask_u_20731 and Behavior_Call_Nesi today."
    assert redacted(text, INES) == f"Used behavior_ask_{MARK} and Behavior_Call_{MARK} today."

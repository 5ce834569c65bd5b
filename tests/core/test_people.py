"""Which people a question mentions, of those an agent knows."""

from __future__ import annotations

import time
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.people import MOST_WORDS, Mention, Names, looks_like_a_name, name_key

LONGEST = 8192

spellings = st.sampled_from(
    ["Ana", "ana", "Ana Maria", "Bob", "José", "Jose\u0301", "O'Brien", "J", "", "42", "Dr Ito"]
)
bags = st.lists(st.tuples(st.lists(spellings, max_size=2), st.lists(spellings, max_size=2)))
letters = st.characters(max_codepoint=0x30FF, exclude_characters="\u0345")
signs = st.text(st.one_of(letters, st.sampled_from("AaBb '\u2019-,.?0")), max_size=40)


def known(*speakers: str, others: tuple[str, ...] = ()) -> Names:
    names = Names()
    names.add(speakers, others)
    return names


def said(names: Names, query: str) -> list[str]:
    """What of the question is a mention, and whose."""
    return [f"{query[one.start : one.end]} = {one.name}" for one in names.mentions(query)]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ana", "ana"),
        ("ANA", "ana"),
        ("  Ana   López ", "ana lópez"),
        ("López, Ana", "lópez ana"),
        ("Ana's", "ana"),
        ("Ana\u2019S", "ana"),
        ("Ana S.", "ana s"),
        ("O'Brien", "o brien"),
        ("Jean-Luc", "jean-luc"),
        ("-Ana-", "ana"),
        ("Jose\u0301", "josé"),
        ("İnci", "i\u0307nci"),
        ("Strauß", "strauss"),
        ("李雷", "李雷"),
        ("अनिल कुमार", "अनिल कुमार"),
        ("か\u3099く", "がく"),
        ("Speaker 2", "speaker 2"),
        ("user_2", "user 2"),
        ("?!", ""),
        ("", ""),
    ],
)
def test_a_name_is_known_by_its_words(name: str, key: str) -> None:
    assert name_key(name) == key


@given(signs)
def test_neither_case_nor_form_of_letters_makes_another_name(name: str) -> None:
    assert name_key(unicodedata.normalize("NFD", name)) == name_key(name)
    assert name_key(f" {name}. ") == name_key(name)
    assert name_key(name.casefold()) == name_key(name)


@pytest.mark.parametrize(
    "name", ["Ana", "ana lópez", "Jose\u0301", "J. O'Brien", "अनिल", "李雷", ""]
)
def test_words_may_be_a_name(name: str) -> None:
    assert looks_like_a_name(name)


@pytest.mark.parametrize("identity", ["u1", "ana@example.org", "ana_l", "a/b", "7", "Ana\n"])
def test_an_identity_with_other_signs_is_no_name(identity: str) -> None:
    assert not looks_like_a_name(identity)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("What did Ana paint?", ["Ana = ana"]),
        ("Ana", ["Ana = ana"]),
        ("ANA?", ["ANA = ana"]),
        ("(Ana)/Bob", ["Ana = ana", "Bob = bob"]),
        ("Did Ana tell Bob about Ana?", ["Ana = ana", "Bob = bob", "Ana = ana"]),
        ("what did ana paint?", ["ana = ana"]),
        ("WHAT DID ANA PAINT?", ["ANA = ana"]),
        ("What did ana paint?", []),
        ("Who studies Anatomy?", []),
        ("Where is Havana?", []),
        ("Who is Ana2, Ana-Maria or X-Ana?", []),
        ("Anas", []),
        ("", []),
        ("???", []),
    ],
)
def test_a_name_is_found_as_a_word_with_a_capital(query: str, expected: list[str]) -> None:
    assert said(known("Ana", "Bob"), query) == expected


@pytest.mark.parametrize(
    ("query", "mention", "owns"),
    [
        ("What is Ana's plan?", "Ana's", True),
        ("What is Ana\u2019s plan?", "Ana\u2019s", True),
        ("WHAT IS ANA'S PLAN?", "ANA'S", True),
        ("what is ana's plan?", "ana's", True),
        ("Is it Ana's?", "Ana's", True),
        ("What is James' plan?", "James'", True),
        ("What is James\u2019 plan?", "James\u2019", True),
        ("What is James's plan?", "James's", True),
        ("What'll Ana'll plan?", "Ana", False),
        ("Who is 'Ana' here?", "Ana", False),
        ("What is Ana planning?", "Ana", False),
        ("What does Ana S think?", "Ana", False),
    ],
)
def test_a_possessive_is_told_by_its_ending(query: str, mention: str, owns: bool) -> None:
    [found] = known("Ana", "James").mentions(query)

    assert query[found.start : found.end] == mention
    assert found.possessive is owns


def test_a_possessive_is_no_initial() -> None:
    names = known("Ana", "Ana S.")

    assert said(names, "What is Ana's plan?") == ["Ana's = ana"]
    assert said(names, "What is Ana S.'s plan?") == ["Ana S = ana s"]


@pytest.mark.parametrize(
    ("names", "query", "expected"),
    [
        (["Ana López"], "What did Ana do?", ["Ana = ana lópez"]),
        (["Ana López"], "What did Ana López do?", ["Ana López = ana lópez"]),
        (["Ana López"], "What did Ana LÓPEZ's son do?", ["Ana LÓPEZ's = ana lópez"]),
        (["Ana López"], "What did López do?", []),
        (["Ana López", "Ana Ruiz"], "What did Ana do?", []),
        (["Ana López", "Ana Ruiz"], "What did Ana Ruiz do?", ["Ana Ruiz = ana ruiz"]),
        (["Ana", "Ana Maria"], "What did Ana do?", ["Ana = ana"]),
        (["Ana", "Ana Maria"], "What did Ana Maria do?", ["Ana Maria = ana maria"]),
        (["Ana", "Ana Maria"], "What did Ana, Maria do?", ["Ana, Maria = ana maria"]),
        (["Ana Maria", "Ana Maria Ruiz"], "Ana Maria Ruiz?", ["Ana Maria Ruiz = ana maria ruiz"]),
        (["Ana Maria", "Ana Maria Ruiz"], "Ana Maria Gil?", ["Ana Maria = ana maria"]),
        (["Ana", "Maria", "Ana Maria"], "Ana and Maria?", ["Ana = ana", "Maria = maria"]),
        (["Speaker 1", "Speaker 2"], "What did Speaker 2 say?", ["Speaker 2 = speaker 2"]),
        (["Speaker 1", "Speaker 2"], "What did Speaker say?", []),
        (["O'Brien"], "What did O\u2019Brien say?", ["O\u2019Brien = o brien"]),
        (["O'Brien"], "What did O do?", []),
        (["Jean-Luc"], "Did Jean-Luc come?", ["Jean-Luc = jean-luc"]),
        (["Jean-Luc"], "Did Jean come?", []),
        (["Dr. Ito"], "What did Dr Abe say?", []),
        (["Dr. Ito"], "What did Dr. Ito say?", ["Dr. Ito = dr ito"]),
        (["the garden"], "what did the dog eat?", []),
        (["the garden"], "what grows in the garden?", ["the garden = the garden"]),
        (["me", "my sister"], "what have you told me about my cat?", []),
        (["J", "42", "3"], "What did J buy 42 times in 3 years?", []),
    ],
)
def test_a_first_word_stands_for_a_name_that_alone_begins_so(
    names: list[str], query: str, expected: list[str]
) -> None:
    assert said(known(*names), query) == expected
    assert said(known(others=tuple(names)), query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Will John come?", ["John = john"]),
        ("May John come?", ["John = john"]),
        ("When will John come?", ["John = john"]),
        ("when will john come?", ["john = john"]),
        ("WHEN WILL JOHN COME?", ["JOHN = john"]),
        ("Does Will come?", ["Will = will"]),
        ("When will Will come?", ["Will = will"]),
        ("Will's plan?", ["Will's = will"]),
        ("what is will's plan?", ["will's = will"]),
        ("Will Smith comes?", ["Will Smith = will smith"]),
    ],
)
def test_an_auxiliary_is_nobody(query: str, expected: list[str]) -> None:
    assert said(known("John", "Will", "May", "Will Smith"), query) == expected


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("José", "Where does Jose\u0301 live?"),
        ("Jose\u0301", "Where does José live?"),
        ("Ольга", "Где Ольга?"),
        ("Ольга", "где ольга?"),
        ("Ελένη", "Πού είναι η ΕΛΈΝΗ?"),
        ("李雷", "Where does 李雷 live?"),
        ("ليلى", "أين ليلى؟"),
        ("अनिल", "Where does अनिल live?"),
        ("Strauß", "What did STRAUSS write?"),
        ("Åsa", "Where does A\u030asa live?"),
        ("iJustine", "What did iJustine say?"),
    ],
)
def test_names_are_found_in_any_script(name: str, query: str) -> None:
    assert [one.name for one in known(name).mentions(query)] == [name_key(name)]


def test_who_speaks_is_told_from_who_is_spoken_of() -> None:
    names = known("Ana", others=("Bob", "ana"))

    assert [one.speaks for one in names.mentions("Ana and Bob")] == [True, False]
    assert names.speaks("ana")
    assert not names.speaks("bob")
    assert len(names) == 2


@given(bags, st.data())
def test_names_are_a_bag(bag: list[tuple[list[str], list[str]]], data: st.DataObject) -> None:
    """Some are taken back in another order; what is left is as if it alone had been added."""
    leaving = data.draw(st.permutations(bag))
    gone = data.draw(st.integers(0, len(bag)))
    names, left = Names(), Names()
    for one in bag:
        names.add(*one)
    for one in leaving[:gone]:
        names.discard(*one)
    for one in leaving[gone:]:
        left.add(*one)

    query = "Ana Ana Maria Bob José O'Brien J 42 Dr Dr Ito"
    assert names.mentions(query) == left.mentions(query)
    assert names.mentions(query.lower()) == left.mentions(query.lower())
    assert len(names) == len(left)

    for one in leaving[gone:]:
        names.discard(*one)
    assert names.mentions(query) == []
    assert len(names) == 0


def test_what_was_never_added_is_not_taken_back() -> None:
    names = known("Ana", "Ana")
    names.discard(["Bob", "Ana"], ["Ana", "Ana"])

    assert said(names, "Ana, Bob") == ["Ana = ana"]
    names.discard(["Ana"], [])
    assert said(names, "Ana, Bob") == []


@given(st.lists(signs, max_size=6), signs)
def test_mentions_are_in_order_apart_and_of_known_names(names: list[str], query: str) -> None:
    mentions = known(*names).mentions(query)

    keys = Counter(map(name_key, names))
    end = 0
    for one in mentions:
        assert end <= one.start < one.end <= len(query)
        assert keys[one.name]
        assert one.speaks
        end = one.end


@given(st.lists(st.sampled_from(["Ana", "Bob", "Ana Maria"]), max_size=4))
def test_a_question_without_names_mentions_nobody(names: list[str]) -> None:
    assert known(*names).mentions("What was painted in Lisbon, and by whom?") == []


def test_a_mention_ends_behind_its_possessive() -> None:
    assert known("Ana").mentions("Is Ana's") == [Mention(3, 8, "ana", True, True)]


def test_the_longest_name_has_its_limit() -> None:
    fits = " ".join(["Ana"] * MOST_WORDS)

    assert said(known(fits), fits) == [f"{fits} = {fits.lower()}"]
    assert said(known(f"{fits} Ana"), f"{fits} Ana") == []


@pytest.mark.parametrize(
    "hostile",
    [
        "Customer ",
        "customer a ",
        "A-",
        "a\u0301",
        "'s",
        "Ana's",
        "\u2019",
        "Ana ",
        " ",
        "Ana\u0301-",
    ],
)
def test_a_long_question_is_read_in_no_time(hostile: str) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = known("Ana", *(f"Customer {a}{b}{c}" for a in letters for b in letters for c in "xyz"))
    query = (hostile * LONGEST)[:LONGEST]

    begun = time.process_time()
    names.mentions(query)
    assert time.process_time() - begun < 0.25


@pytest.mark.parametrize("name", ["Where", "what", "Has", "Please", "Mr"])
def test_what_begins_questions_is_nobody(name: str) -> None:
    names = Names()
    names.add([name], [name])
    assert names.mentions(f"{name.title()} is it? {name.title()}!") == []
    assert len(names) == 0

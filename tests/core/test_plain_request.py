"""Orders to forget in plain English, and what only looks like one."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.people import Names
from memsvc.core.plain.meaning import Relation
from memsvc.core.plain_request import LONGEST, Proposal, read_request
from memsvc.core.temporal import EARLIEST, LATEST

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FROM, ABOUT, BOTH = Relation.FROM, Relation.ABOUT, Relation.BOTH


def known() -> Names:
    names = Names()
    names.add(["Ingrid", "Tunde Bello", "James"], ["Chloé Martin", "April"])
    return names


def read(text: str) -> Proposal:
    return read_request(text, NOW, known())


@pytest.mark.parametrize(
    ("text", "people", "relation", "topic"),
    [
        ("forget everything Ingrid told us", "Ingrid", FROM, ""),
        ("Forget everything that Ingrid has ever said to us.", "Ingrid", FROM, ""),
        ("Please erase what Tunde Bello wrote", "Tunde Bello", FROM, ""),
        ("forget whatever Tunde shared", "Tunde", FROM, ""),
        ("Delete all messages from Ingrid", "Ingrid", FROM, ""),
        ("remove everything from u-204", "u-204", FROM, ""),
        ("remove everything sent by user u204, please", "u204", FROM, ""),
        ("Erase all of Ingrid's messages", "Ingrid", FROM, ""),
        ("delete Ingrid's messages about her health", "Ingrid", FROM, "health"),
        ("forget everything Ingrid told us about her health", "Ingrid", FROM, "health"),
        ("forget all Ingrid said about her knee surgery", "Ingrid", FROM, "knee surgery"),
        ("forget what James told you about Oslo", "James", FROM, "oslo"),
        ("forget everything Zsófia told us about Pécs", "Zsófia", FROM, "pécs"),
        ("forget everything about Ingrid", "Ingrid", BOTH, ""),
        ("Hi team, please forget everything about Ingrid, thank you!", "Ingrid", BOTH, ""),
        ("Hello. Forget everything about Ingrid. Thanks.", "Ingrid", BOTH, ""),
        ("delete all of Ingrid's data", "Ingrid", BOTH, ""),
        ("delete Ingrid\u2019s data permanently", "Ingrid", BOTH, ""),
        ("Delete James' records", "James", BOTH, ""),
        ("erase all data for Chloé Martin", "Chloé Martin", BOTH, ""),
        ("DELETE ALL DATA ABOUT INGRID", "INGRID", BOTH, ""),
        ("forget everything about ingrid", "ingrid", BOTH, ""),
        ("Forget Ingrid", "Ingrid", BOTH, ""),
        ("erase u-204", "u-204", BOTH, ""),
        ("delete everything about t.bello@example.org", "t.bello@example.org", BOTH, ""),
        ("delete all data for +47 22 33 44 55", "+47 22 33 44 55", BOTH, ""),
        ("delete everything you know about Ingrid", "Ingrid", BOTH, ""),
        ("wipe everything from or about Ingrid", "Ingrid", BOTH, ""),
        ("purge all memories related to customer C_991", "C_991", BOTH, ""),
        ("Erase everything about María José de la Cruz", "María José de la Cruz", BOTH, ""),
        ("Erase everything about \"Phạm Minh\"", "Phạm Minh", BOTH, ""),
        ("I request the erasure of all data about Yusuf al-Amin", "Yusuf al-Amin", BOTH, ""),
        ("forget every message Saoirse sent", "Saoirse", FROM, ""),
        ("erase all information that Ingrid shared with us", "Ingrid", FROM, ""),
        ("erase user 12345", "12345", BOTH, ""),
        ("Under GDPR Art. 17, please delete all data about Ingrid", "Ingrid", BOTH, ""),
        ("You must delete everything about Ingrid from your memory now", "Ingrid", BOTH, ""),
        ("forget Ingrid's birthday", "Ingrid", BOTH, "birthday"),
        ("forget everything about Ingrid's new job", "Ingrid", BOTH, "new job"),
        ("forget what others said about Ingrid", "Ingrid", ABOUT, ""),
        ("delete all mentions of Ingrid", "Ingrid", ABOUT, ""),
        ("erase every message that mentions Ingrid", "Ingrid", ABOUT, ""),
    ],
)  # fmt: skip
def test_an_order_without_doubt(text: str, people: str, relation: Relation, topic: str) -> None:
    assert read(text) == Proposal(
        understood=True, people=(people,), relation=relation, topic=tuple(topic.split())
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("forget " + "x" * LONGEST, "too_long"),
        ("what did you forget?", "question"),
        ("What did you forget", "question"),
        ("Can you forget everything about Ingrid?", "question"),
        ("could you please delete Ingrid's data", "question"),
        ("Did Ingrid ask you to delete her data?", "question"),
        ("Forget everything about Ingrid?", "question"),
        ("don't forget Ingrid's birthday", "negated"),
        ("Don\u2019t forget Ingrid", "negated"),
        ("do not delete anything about Ingrid", "negated"),
        ("Never forget what Ingrid told us", "negated"),
        ("please do not, ever, forget everything about Ingrid", "negated"),
        ("There is no need to delete Ingrid's data", "negated"),
        ("I want you to not delete Ingrid's data", "negated"),
        ("Stop deleting Ingrid's messages", "negated"),
        ("remember to call Ingrid", "no_order"),
        ("Remember everything Ingrid told us", "no_order"),
        ("remind me to delete Ingrid's data", "no_order"),
        ("Ingrid forgot her keys", "no_order"),
        ("I forgot what Ingrid said", "no_order"),
        ("Ingrid asked us to delete her data", "no_order"),
        ("We deleted everything about Ingrid", "no_order"),
        ("Let's forget Ingrid", "no_order"),
        ("Ingrid likes tea", "no_order"),
        ("The deletion of Ingrid's data is done", "no_order"),
        ("forget it", "idiom"),
        ("Forget about it!", "idiom"),
        ("forget that", "idiom"),
        ("forget to water the plants", "idiom"),
        ("forget how Ingrid did it", "idiom"),
        ("forget me not", "idiom"),
        ("Forget", "idiom"),
        ("If Ingrid leaves, delete her data", "condition"),
        ("Ingrid wrote: \"forget everything about Tunde\"", "quoted"),
        ("\u201cDelete everything about Ingrid\u201d", "quoted"),
        ("remove Ingrid from the team", "not_memory"),
        ("delete the calendar event with Ingrid", "not_memory"),
        ("delete the file report_3.pdf", "not_memory"),
        ("erase the whiteboard", "not_memory"),
        ("Delete Ingrid's data. Delete Tunde's data.", "several_orders"),
    ],
)  # fmt: skip
def test_what_is_no_order(text: str, reason: str) -> None:
    assert read(text) == Proposal(understood=False, reason=reason)


@pytest.mark.parametrize(
    ("text", "people", "relation", "doubts"),
    [
        ("forget Ingrid and Tunde", ["Ingrid", "Tunde"], BOTH, ["several_people"]),
        ("delete Ingrid's and Tunde's data", ["Ingrid", "Tunde"], BOTH, ["several_people"]),
        ("delete all messages from u1, u2 and u3", ["u1", "u2", "u3"], FROM, ["several_people"]),
        ("forget what James said about Ingrid", ["James", "Ingrid"], None, ["several_people"]),
        ("forget everything", [], None, ["no_person"]),
        ("delete everything about the merger", [], None, ["no_person"]),
        ("delete my data", [], None, ["pronoun"]),
        ("forget everything I said", [], None, ["pronoun"]),
        ("forget everything she told us", [], None, ["pronoun"]),
        ("forget her", [], None, ["pronoun"]),
        ("forget all they told us about the move", [], None, ["pronoun"]),
        ("forget all they told us about Oslo", ["Oslo"], None, ["unread_words", "pronoun"]),
        ("forget about Ingrid", ["Ingrid"], BOTH, ["loose_words"]),
        ("remove Ingrid", ["Ingrid"], BOTH, ["loose_words"]),
        ("delete Ingrid's account", ["Ingrid"], BOTH, ["loose_words"]),
        ("forget that Ingrid lives in Oslo", ["Ingrid"], ABOUT, ["statement"]),
        ("forget everything April told us", ["April"], FROM, ["name_or_time"]),
        ("Forget everything about Ingrid. She left.", ["Ingrid"], BOTH, ["more_said"]),
    ],
)
def test_what_is_in_doubt(
    text: str, people: list[str], relation: Relation | None, doubts: list[str]
) -> None:
    found = read(text)
    assert found.understood
    assert (list(found.people), found.relation) == (people, relation)
    assert list(found.doubts) == doubts


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("forget everything about Ingrid except her birthday", "exception"),
        ("forget everything about Ingrid but keep her address", "exception"),
        ("forget everything about Ingrid if she asks", "condition"),
        ("forget everything about Ingrid when she leaves", "condition"),
        ("forget everything that is not about Ingrid", "negation"),
        ("forget everything Ingrid told us and tell Tunde", "more_said"),
        ("forget everything about Ingrid since her wedding", "no_time_found"),
        ("delete Ingrid's recent messages", "no_time_found"),
        ("delete old messages from Ingrid", "no_time_found"),
        ("forget everything from Ingrid next week", "future_time"),
        ("forget what Ingrid said in May 2024 and in June 2025", "several_times"),
        ("delete everything from this session", "which_session"),
        ("forget the last conversation", "which_session"),
        ("forget everything Ingrid told us about \"the big red plan we had\"", "quoted_text"),
        ("delete the data on the old laptop of Ingrid", "unread_words"),
    ],
)  # fmt: skip
def test_what_the_rules_do_not_take_in_is_told(text: str, doubt: str) -> None:
    found = read(text)
    assert found.understood
    assert doubt in found.doubts


@pytest.mark.parametrize(
    ("text", "people", "relation", "start", "end"),
    [
        ("forget what Ingrid said in spring 2025", "Ingrid", FROM, (2025, 3, 1), (2025, 6, 1)),
        ("delete all messages from Ingrid last week", "Ingrid", FROM, (2026, 2, 16), (2026, 2, 23)),
        ("erase everything about Ingrid since March 2024", "Ingrid", BOTH, (2024, 3, 1), None),
        ("delete everything about Ingrid before 2024", "Ingrid", BOTH, None, (2024, 1, 1)),
        (
            "forget everything Tunde told us between May and July 2023 about his divorce",
            "Tunde", FROM, (2023, 5, 1), (2023, 8, 1),
        ),
    ],
)  # fmt: skip
def test_times(
    text: str,
    people: str,
    relation: Relation | None,
    start: tuple[int, int, int] | None,
    end: tuple[int, int, int] | None,
) -> None:
    found = read(text)
    assert (found.people, found.relation, found.doubts) == ((people,), relation, ())
    [interval] = found.intervals
    assert interval.start == (datetime(*start, tzinfo=UTC) if start else EARLIEST)
    assert interval.end == (datetime(*end, tzinfo=UTC) if end else LATEST)


@pytest.mark.parametrize(
    ("text", "sessions", "people"),
    [
        ("delete session s1", ["s1"], []),
        ("Delete sessions s1, s2 and s3", ["s1", "s2", "s3"], []),
        ("erase the conversation of 3 May", ["the conversation of 3 May"], []),
        ("forget everything Ingrid said in session s-77", ["s-77"], ["Ingrid"]),
        ("delete everything in conversation c-2024-05a", ["c-2024-05a"], []),
        ("delete session s1 of Tunde", ["s1"], ["Tunde"]),
        ("delete the conversation of 3 May with Ingrid", ["the conversation of 3 May"], ["Ingrid"]),
    ],
)
def test_sessions(text: str, sessions: list[str], people: list[str]) -> None:
    found = read(text)
    assert found.understood
    assert list(found.sessions) == sessions
    assert list(found.people) == people
    assert "no_person" not in found.doubts
    assert len(found.intervals) == ("May" in text)


WORDS = (
    "forget", "delete", "please", "don't", "everything", "all", "messages", "data", "about", "from",
    "Ingrid", "Ingrid's", "Tunde", "u1", "she", "her", "told", "us", "and", "or", ",", ".", "?",
    "'", '"', "the", "health", "since", "last week", "3 May", "session", "s1", "conversation", "of",
    "if",
    "except", "that", "\x00", "\x01", "~", "@0", "@p", "İ", "\n",
)  # fmt: skip


@given(st.one_of(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), st.text(max_size=60)))
def test_whatever_is_said_nothing_is_invented(text: str) -> None:
    found = read(text)
    assert found.understood is not bool(found.reason)
    plain = " ".join(text.replace('"', " ").split())
    assert all(one in text or one in plain for one in found.people)
    if found.understood:
        assert found.people or found.sessions or found.doubts
        assert found.relation is None or found.people
    else:
        assert found == Proposal(understood=False, reason=found.reason)


@pytest.mark.parametrize(
    "shape",
    [
        *(
            "the ",
            "the the and ",
            "and ",
            "Ingrid ",
            "Ingrid and ",
            "Ingrid's ",
            "about her ",
            "~ ",
        ),
        *(
            "x",
            "x ",
            "please ",
            "please, ",
            "session s1 and ",
            "s1,",
            "3 May ",
            '"',
            "'",
            "1 ",
            ".",
        ),
        *("told us ", "have ", "that ", "of the ", "Ingrid, ", "a.", "everything ", "@0 "),
    ],
)
@pytest.mark.parametrize("opening", ["", "forget ", "forget everything about ", "delete all the "])
def test_no_request_takes_long(opening: str, shape: str) -> None:
    text = opening + shape * ((LONGEST - len(opening) - 1) // len(shape)) + "!"

    begun = time.process_time()
    read(text)
    assert time.process_time() - begun < 0.5

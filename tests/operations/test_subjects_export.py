"""A copy of all that is held about a person: complete, of nobody else, as lines and as a page."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from memsvc.clock import FixedClock
from memsvc.core.access import Scope
from memsvc.core.audit import Action
from memsvc.core.forget_request import RequestStatus
from memsvc.core.memory import Behavior, Draft, Fact, Kind, Status
from memsvc.core.order import Order, Selector
from memsvc.core.subject_page import STYLE
from memsvc.operations.exported import Exported, exported_in
from memsvc.operations.forgetting.decide import hold
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.revise import Revision, revise
from memsvc.operations.subjects import alias
from memsvc.operations.subjects.alias import Registration
from memsvc.operations.subjects.collect import collect
from memsvc.operations.subjects.export_subject import as_lines, as_page
from memsvc.operations.subjects.restrict import restrict
from memsvc.runtime import Runtime
from tests.operations.people import ACTOR, MARIA, OTHER, TENANT, exported, forgotten, recorded
from tests.operations.remembering import NOW, SCOPE, remember, set_status, standing

ELSEWHERE = Scope(TENANT, "b2")


def history(runtime: Runtime) -> None:
    """Maria's memories in two agents, and others'."""
    alias.register(runtime, TENANT, ACTOR, Registration("u1", [MARIA], ["Maria Lopez"]))
    remember(
        runtime,
        Draft(content="I live in Lisbon.", id="home", user_id="u1", speaker="Maria"),
        Draft(content="I like boats.", id="boats", user_id=MARIA, tags=("sea",)),
        Draft(content="She sold the kayak.", id="kayak", user_id="ben", subject_ids=("u1",)),
        Draft(content="Ben grows tomatoes.", id="ben", user_id="ben"),
        Draft(content="Both like the sea.", id="sum", source_ids=("boats", "ben")),
        Draft(content="The sea is liked.", id="sum2", source_ids=("sum",)),
        Draft(content="Tomatoes grow.", id="not-hers", source_ids=("ben",)),
    )
    remember(
        runtime,
        Draft(
            content="I moved.",
            id="home",
            user_id="u1",
            event_time=datetime(2025, 1, 5, tzinfo=UTC),
        ),
        scope=ELSEWHERE,
    )
    remember(
        runtime, Draft(content="Another tenant's Maria.", id="home", user_id="u1"), scope=OTHER
    )


def test_everything_is_there_and_nothing_of_others(runtime: Runtime) -> None:
    history(runtime)

    header, *lines, end = exported(runtime, MARIA)

    assert header["format"] == "memsvc subject export 1"
    assert set(header["subject_ids"]) == {"u1", MARIA}
    assert header["names"] == ["Maria Lopez"]
    counts = {"agents": 2, "memories": 6, "from": 3, "about": 1, "derived": 2}
    assert header["counts"] == end["end"] == counts
    assert [(one["agent_id"], one["id"], one["relation"]) for one in lines] == [
        ("a1", "home", "from"),
        ("a1", "boats", "from"),
        ("a1", "kayak", "about"),
        ("a1", "sum", "derived"),
        ("a1", "sum2", "derived"),
        ("b2", "home", "from"),
    ]
    by_id = {(one["agent_id"], one["id"]): one for one in lines}
    assert by_id["a1", "sum"]["source_ids"] == ["boats", "ben"]
    assert by_id["a1", "sum"]["derived_from"] == ["boats"]
    assert by_id["a1", "sum2"]["derived_from"] == ["sum"]
    assert by_id["a1", "home"]["content"] == "I live in Lisbon."
    assert "number" not in by_id["a1", "home"]
    assert "tomatoes" not in str(lines)
    assert "Another tenant" not in str(lines)


def test_a_line_is_what_an_export_of_agents_has_and_three_more(runtime: Runtime) -> None:
    history(runtime)
    collection = collect(runtime, TENANT, ACTOR, "u1")

    for line in list(as_lines(runtime, collection))[1:-1]:
        one = exported_in(line)
        assert isinstance(one, Exported)
    first = exported(runtime, "u1")[1]
    assert {"relation", "derived_from", "restricted", "history", "superseded_at"} <= first.keys()


def test_earlier_versions_are_part_of_it(runtime: Runtime) -> None:
    history(runtime)
    revise(runtime, SCOPE, "home", Revision({"content": "I live in Porto."}))
    revise(runtime, SCOPE, "home", Revision({"content": "I live in Braga."}))

    [line] = [one for one in exported(runtime, "u1", agent_id="a1")[1:-1] if one["id"] == "home"]

    assert line["content"] == "I live in Braga."
    assert [one["content"] for one in line["history"]] == ["I live in Lisbon.", "I live in Porto."]


def test_whatever_its_status_and_restricted_too(runtime: Runtime) -> None:
    history(runtime)
    for memory_id, status in zip(("home", "boats", "kayak"), list(Status)[1:4], strict=True):
        set_status(runtime, memory_id, status)
    restrict(runtime, TENANT, ACTOR, "u1")

    lines = exported(runtime, "u1")[1:-1]

    assert len(lines) == 6
    assert {one["restricted"] for one in lines} == {True}
    assert {one["status"] for one in lines} == {"active", *list(Status)[1:4]}


def test_one_agent_alone(runtime: Runtime) -> None:
    history(runtime)

    header, line, end = exported(runtime, "u1", agent_id="b2")

    assert (header["agent_id"], line["agent_id"]) == ("b2", "b2")
    assert end["end"]["memories"] == 1
    assert len(exported(runtime, "u1", agent_id="nobody")) == 2


def test_somebody_unknown_gets_an_empty_copy_of_the_same_form(runtime: Runtime) -> None:
    history(runtime)

    header, end = exported(runtime, "u9")

    assert header["subject_ids"] == ["u9"]
    assert header.keys() == exported(runtime, "u1")[0].keys()
    assert set(end["end"].values()) == {0}


def test_what_is_being_erased_is_not_in_it_and_what_is_held_is(runtime: Runtime) -> None:
    history(runtime)
    order = Order(Selector(subject_ids=("u1",)))
    request = receive(runtime, TENANT, ACTOR, order)

    assert exported(runtime, "u1")[-1]["end"]["memories"] == 0

    hold(runtime, TENANT, ACTOR, request.id, "A claim.")
    assert exported(runtime, "u1")[-1]["end"]["memories"] == 6


def test_after_an_erasure_it_is_empty(runtime: Runtime) -> None:
    history(runtime)
    assert forgotten(runtime, "u1").status is RequestStatus.CLOSED

    assert [set(one["end"].values()) for one in exported(runtime, "u1")[1:]] == [{0}]
    assert exported(runtime, "ben")[-1]["end"]["from"] == 1


def test_what_is_erased_while_it_is_read_is_missing_and_counted_so(runtime: Runtime) -> None:
    drafts = [Draft(content=f"Note number {n}.", id=f"m{n}", user_id="u1") for n in range(600)]
    remember(runtime, *drafts)
    collection = collect(runtime, TENANT, ACTOR, "u1")
    lines = as_lines(runtime, collection)
    first = [next(lines) for _ in range(3)]

    receive(runtime, TENANT, ACTOR, Order(Selector(subject_ids=("u1",))))
    rest = list(lines)

    assert b'"memories":600' in first[0]
    assert len(rest) == 500 - 2 + 1
    assert b'"memories":500' in rest[-1]


def test_what_is_past_its_time_is_gone(runtime: Runtime) -> None:
    runtime = standing(runtime)
    remember(
        runtime,
        Draft(content="A code.", id="code", user_id="u1", expires_at=NOW + timedelta(hours=1)),
    )

    assert exported(runtime, "u1")[-1]["end"]["memories"] == 1
    assert isinstance(runtime.clock, FixedClock)
    runtime.clock.advance(timedelta(hours=2))
    assert exported(runtime, "u1")[-1]["end"]["memories"] == 0


def test_the_audit_tells_that_it_was_made_and_not_of_whom(runtime: Runtime) -> None:
    history(runtime)
    exported(runtime, MARIA)

    last = recorded(runtime)[-1].record

    assert last.action == Action.SUBJECT_EXPORTED
    assert dict(last.detail) == {"agents": 2, "memories": 6}
    assert "aria" not in str(recorded(runtime))
    assert recorded(runtime, OTHER.tenant) == []


HOSTILE = (
    "</p></article><script>alert(1)</script><img src=x onerror=alert(1)>",
    "<style>@import url(//evil.example)</style><base href=//evil.example>",
    "\"'><svg/onload=alert(1)>&lt;b&gt;",
    "\u202e<!-- gnirts \x01\x0b\x7f\ufffe",
    "]]>--><meta http-equiv=refresh content='0;url=//evil.example'>",
    "javascript:alert(1)",
)


class Page(HTMLParser):
    """What a browser makes of a page: its tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.ids: list[str] = []
        self.text = ""
        self._stack: list[str] = []
        self.balanced = True
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag != "meta":
            self._stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.balanced &= bool(self._stack) and self._stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(runtime: Runtime, subject_id: str) -> tuple[str, Page]:
    text = b"".join(as_page(runtime, collect(runtime, TENANT, ACTOR, subject_id))).decode()
    return text, Page(text)


def hostile(runtime: Runtime) -> None:
    everything: list[dict[str, Any]] = [
        {
            "content": text,
            "speaker": text,
            "session_id": text,
            "user_id": "u1",
            "subject_ids": (text,),
            "tags": (text,),
            "metadata": {text: [text, {"a": text}]},
        }
        for text in HOSTILE
    ]
    remember(
        runtime,
        *(Draft(**one) for one in everything),
        Draft(content="Fact.", user_id="u1", kind=Kind.SEMANTIC, fact=Fact(HOSTILE[0], "is", "b")),
        Draft(
            content="Do.",
            user_id="u1",
            kind=Kind.PROCEDURAL,
            behavior=Behavior(HOSTILE[0], HOSTILE[1]),
        ),
        scope=Scope(TENANT, "<script>'\"agent"),
    )


def test_a_page_shows_what_was_stored_as_text_and_nothing_runs(runtime: Runtime) -> None:
    alias.register(runtime, TENANT, ACTOR, Registration("u1", [], [HOSTILE[0]]))
    hostile(runtime)

    text, page = page_of(runtime, "u1")

    assert set(page.tags) <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "dl", "dt", "dd",
        "nav", "ul", "li", "a", "bdi", "section", "time", "article", "code", "footer",
    }  # fmt: skip
    assert {name for name, _ in page.attributes} <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "dir", "id", "href",
        "datetime",
    }  # fmt: skip
    assert all(value and value.startswith("#") for name, value in page.attributes if name == "href")
    assert page.balanced
    for one in HOSTILE:
        assert re.sub(r"[\x01\x0b\x7f\ufffe]", "\ufffd", one) in page.text
    assert "\x01" not in text


def test_a_page_allows_its_own_style_and_nothing_else(runtime: Runtime) -> None:
    text, page = page_of(runtime, "u1")

    [policy] = [value for _, value in page.attributes if value and "default-src" in value]
    digest = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert f"<style>{STYLE}</style>" in text
    assert "//" not in text.replace("<!doctype", "")
    assert text.endswith("</html>\n")


def test_a_page_leads_from_what_was_derived_to_its_sources(runtime: Runtime) -> None:
    history(runtime)
    revise(runtime, SCOPE, "home", Revision({"content": "I live in Porto."}))

    text, page = page_of(runtime, "u1")

    assert len(page.ids) == len(set(page.ids)) == 6 + 2
    links = [value[1:] for name, value in page.attributes if name == "href" and value]
    assert set(links) <= set(page.ids)
    assert "m0.boats" in links
    assert "m0.home" in page.ids
    assert "m1.home" in page.ids
    assert "m0.ben" not in links
    for shown in ("I live in Porto.", "I live in Lisbon.", "Maria Lopez", MARIA, "2025-01-05"):
        assert shown in page.text
    assert "tomatoes" not in page.text
    assert text.count("<h3>") == 2
    assert "End: 6 memories." in page.text

"""Forget requests in plain words, and what is typed: kept whatever is wrong with it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from memsvc.api.wire.forget_previews import PreviewWire
from memsvc.dashboard.forget_words import DOUBTS, REASONS
from tests.api.site import Site
from tests.dashboard.signing_in import enter, fields_in, post

NEW = "/dashboard/forget/new"
WORDS = "/dashboard/forget/words"
PREVIEW = "/dashboard/forget/preview"
ORDER = "/dashboard/forget/order"


@pytest.fixture
def entered(site: Site) -> Site:
    enter(site)
    return site


def codes(field: str) -> set[str]:
    """The codes that the API names for a field."""
    told = PreviewWire.model_fields[field].description or ""
    return {one.strip(" .\n") for one in told.partition(":")[2].split(",")}


# --- What is understood --------------------------------------------------------------------------


def test_every_code_of_a_reading_has_words() -> None:
    assert codes("reason") == set(REASONS)
    assert codes("doubts") == set(DOUBTS)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("remove Ingrid from the team", "not_memory"),
        ("forget it", "idiom"),
        ("Ingrid likes tea", "no_order"),
        ("do not delete anything about Ingrid", "negated"),
        ("If Ingrid leaves, delete her data", "condition"),
        ("what did you forget?", "question"),
        ("forget " + "x" * 1_000, "too_long"),
    ],
)
def test_why_it_was_not_understood_is_said_in_words(entered: Site, words: str, code: str) -> None:
    page = post(entered.client, WORDS, page=NEW, words=words, in_agent="desk").text
    said = re.search(r"It was not understood: ([^.]*)\. Compose", unescape(page))
    assert said is not None
    assert said[1] == REASONS[code]
    assert said[1] != code
    # On the way to the form by hand neither the words nor the agent are lost.
    form = entered.client.post(NEW, data=fields_in(page, NEW)).text
    typed = fields_in(form, WORDS)
    assert (typed["words"], typed["in_agent"]) == ([words], ["desk"])


def test_what_is_meant_in_several_agents_is_shown_before_it_is_ordered(entered: Site) -> None:
    for agent in ("w-1", "w-2"):
        entered.add("My knee was operated on.", agent=agent, user_id="olga@example.org")
    asked = "Delete everything olga@example.org said about her knee"
    page = post(entered.client, WORDS, page=NEW, words=asked).text
    seen = entered.client.post(PREVIEW, data=fields_in(page, PREVIEW)).text
    assert re.search(r"<dt>Memories erased</dt>\s*<dd>2", seen)
    assert seen.count('<p class="said clamp">My knee was operated on.</p>') == 2
    assert seen.count("selected>erase it</option>") == 2


def test_a_request_that_means_more_than_a_form_has_fields_is_previewed(entered: Site) -> None:
    drafts = [{"content": f"Nils Berg came, time {n}.", "user_id": "tom"} for n in range(1_100)]
    for start in range(0, len(drafts), 100):
        entered.write(*drafts[start : start + 100], agent="crowd")
    names = {"subject_id": "nils@example.org", "names": ["Nils Berg"]}
    assert entered.client.post("/v1/subjects/aliases", json=names).is_success
    asked = "Please delete everything about nils@example.org."
    page = post(entered.client, WORDS, page=NEW, words=asked).text
    answer = entered.client.post(PREVIEW, data=fields_in(page, PREVIEW))
    assert answer.status_code == 200
    done = re.findall(r"<dt>(Memories erased|Redacted)</dt>\s*<dd>([0-9,]+)", answer.text)
    assert sum(int(count.replace(",", "")) for _, count in done) == 1_100
    sent = fields_in(answer.text, ORDER)
    assert sum(len(one.splitlines()) for one in sent["chosen"]) == 1_100


# --- What is typed -------------------------------------------------------------------------------


def test_lines_are_counted_as_a_browser_counts_them(entered: Site) -> None:
    typed = "\r\n".join(["Forget Ingrid's soup now."] * 76)
    assert len(typed) > 2_000 > len(typed.replace("\r", ""))
    answer = post(entered.client, WORDS, page=NEW, words=typed)
    assert answer.status_code == 200
    reason = "\r\n".join(["Long."] * 160)
    assert len(reason) > 1_000 > len(reason.replace("\r", ""))
    order = {"what": "people", "subject_ids": "ulf", "reason": reason, "mode": "two_phase"}
    answer = post(entered.client, ORDER, page=NEW, id="typed-1", **order)
    assert answer.status_code == 303
    there = "/dashboard/forget/requests/typed-1"
    answer = post(entered.client, f"{there}/extend", page=NEW, reason=reason)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"words": "", "in_agent": "desk"}, "words: write down"),
        ({"words": "x" * 2_001, "in_agent": "desk"}, "words: must have at most 2000"),
        ({"words": "forget Ingrid", "in_agent": "d" * 257}, "in_agent: must have at most 256"),
    ],
)
def test_a_request_in_plain_words_is_kept_whatever_is_wrong_with_it(
    entered: Site, fields: dict[str, str], wrong: str
) -> None:
    answer = post(entered.client, WORDS, page=NEW, **fields)
    assert answer.status_code == 422
    assert wrong in answer.text
    typed = fields_in(answer.text, WORDS)
    assert {name: typed[name] for name in fields} == {name: [fields[name]] for name in fields}
    # It is no agent of the order that is composed beside it.
    assert fields_in(answer.text, PREVIEW)["agent_id"] == [""]


@pytest.mark.parametrize(
    ("decision", "reason", "wrong"),
    [("reject", " ", "say why"), ("hold", "h" * 1_001, "at most 1000")],
)
def test_the_reason_of_a_decision_is_kept_whatever_is_wrong_with_it(
    entered: Site, decision: str, reason: str, wrong: str
) -> None:
    order = {"what": "people", "subject_ids": "ulf", "mode": "two_phase", "id": f"why-{decision}"}
    assert post(entered.client, ORDER, page=NEW, **order).status_code == 303
    there = f"/dashboard/forget/requests/why-{decision}"
    answer = post(entered.client, f"{there}/{decision}", page=NEW, reason=reason)
    assert answer.status_code == 422
    assert wrong in answer.text
    assert fields_in(answer.text, f"{there}/{decision}")["reason"] == [reason]
    assert re.search(rf'id="decide-{decision}"[^>]* open', answer.text)
    # Where it can be decided no more, what is wrong is said all the same.
    assert post(entered.client, f"{there}/cancel", page=NEW).status_code == 303
    answer = post(entered.client, f"{there}/{decision}", page=NEW, reason=reason)
    assert wrong in answer.text


def test_no_address_fills_in_the_form(entered: Site) -> None:
    assert "some-agent" not in entered.client.get(f"{NEW}?agent_id=some-agent").text

"""The preview of a forget request: all that an order will do, before anything is done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from memsvc.operations.forgetting.read import get_request
from tests.api.site import Site
from tests.dashboard.conftest import running
from tests.dashboard.signing_in import enter, fields_in, post

NEW = "/dashboard/forget/new"
PREVIEW = "/dashboard/forget/preview"
ORDER = "/dashboard/forget/order"
ROW = re.compile(r"<li>\s*(?:<p class=\"(?:said clamp|quiet)\">(.*?)</p>).*?</li>", re.DOTALL)


@pytest.fixture
def entered(site: Site) -> Site:
    enter(site)
    return site


def named(site: Site, subject_id: str, name: str) -> None:
    names = {"subject_id": subject_id, "names": [name]}
    answer = site.client.post("/v1/subjects/aliases", json=names)
    assert answer.is_success, answer.text


def ids_left(site: Site, agent: str) -> set[str]:
    listed = site.client.get(f"/v1/agents/{agent}/memories?limit=500").json()["memories"]
    return {one["id"] for one in listed}


def previewed(site: Site, fields: dict[str, Any]) -> str:
    answer = site.client.post(PREVIEW, data=fields)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def counted(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]*)</dt>\s*<dd>([0-9,]+)", page))


# --- What was chosen one by one ------------------------------------------------------------------


def test_what_was_chosen_for_other_people_is_left_out_and_said_so(entered: Site) -> None:
    entered.add("Tea at six.", agent="other", user_id="rosa2", id="own")
    entered.add("I met Rosa Reed at the fair.", agent="other", user_id="tom", id="met")
    entered.add("Rye bread.", agent="other", user_id="vera2", id="bread")
    named(entered, "rosa2", "Rosa Reed")
    given = {"what": "people", "subject_ids": "rosa2", "chosen": "erase met other"}
    seen = post(entered.client, PREVIEW, page=NEW, **given).text
    assert counted(seen)["Memories erased"] == "2"
    form = fields_in(entered.client.post(NEW, data=fields_in(seen, ORDER)).text, PREVIEW)
    same = previewed(entered, form)
    assert counted(same)["Memories erased"] == "2"
    assert "left out of this order" not in same
    for change in ({"subject_ids": ["vera2"]}, {"what": ["agent"], "agent_id": ["none such"]}):
        seen = previewed(entered, form | change)
        assert "What was chosen before (1 memory) is left out of this order." in seen
        assert "I met Rosa Reed" not in seen
        assert fields_in(seen, ORDER).get("chosen", []) == []
    seen = previewed(entered, form | {"subject_ids": ["vera2"]})
    assert counted(seen)["Memories erased"] == "1"
    answer = entered.client.post(ORDER, data=fields_in(seen, ORDER))
    assert answer.status_code == 303
    assert "met" in ids_left(entered, "other")


def test_what_was_chosen_can_be_dropped_in_the_form(entered: Site) -> None:
    entered.add("A parcel came.", agent="dropped", user_id="uwe", id="parcel")
    fields = {"what": "people", "subject_ids": "nobody-here", "chosen": "erase parcel dropped"}
    seen = post(entered.client, PREVIEW, page=NEW, **fields).text
    changed = entered.client.post(NEW, data=fields_in(seen, ORDER)).text
    assert "1 memory was chosen one by one" in changed
    form = fields_in(changed, PREVIEW)
    assert "unchoose" not in form  # it is not ticked
    wrong = entered.client.post(PREVIEW, data=form | {"unchoose": ["yes"], "since": ["soon"]})
    assert wrong.status_code == 422
    assert fields_in(wrong.text, PREVIEW)["unchoose"] == ["yes"]
    seen = previewed(entered, form | {"unchoose": ["yes"]})
    assert counted(seen)["Memories erased"] == "0"
    assert fields_in(seen, ORDER).get("chosen", []) == []


def test_all_that_was_chosen_is_shown_and_can_be_decided_otherwise(entered: Site) -> None:
    entered.add("The ferry is late.", agent="shown", user_id="uli", id="ferry")
    entered.add("<b>The pier</b> is shut.", agent="shown", id="pier")
    chosen = ["erase ferry shown", "redact pier shown", "erase gone shown"]
    seen = post(entered.client, PREVIEW, page=NEW, what="memories", chosen=chosen).text
    assert "<b>The pier" not in seen
    rows = [unescape(one) for one in ROW.findall(seen)]
    assert rows == [
        "The ferry is late.",
        "\u2039b\u203aThe pier\u2039/b\u203a is shut.",
        "It is not there, or another request hides it.",
    ]
    assert 'href="/dashboard/agents/shown/memories/ferry"' in seen
    assert fields_in(seen, ORDER)["chosen"] == chosen
    sent = fields_in(seen, ORDER) | {"chosen": ["", chosen[1], chosen[2]], "id": ["shown-1"]}
    assert entered.client.post(ORDER, data=sent).status_code == 303
    assert "ferry" in ids_left(entered, "shown")


def test_more_than_a_form_has_fields_is_chosen_shown_and_ordered(entered: Site) -> None:
    drafts = [{"id": f"k{n}", "content": f"Note {n}.", "user_id": "kay"} for n in range(1_100)]
    for start in range(0, len(drafts), 100):
        entered.write(*drafts[start : start + 100], agent="many")
    lines = "\n".join(f"erase k{n} many" for n in range(1_100))
    seen = post(entered.client, PREVIEW, page=NEW, what="memories", chosen=lines).text
    assert counted(seen)["Memories erased"] == "1,100"
    assert "and 900 more memories that were chosen" in seen
    for at in (0, 1_099):
        assert f'href="/dashboard/agents/many/memories/k{at}"' in seen
    changed = entered.client.post(NEW, data=fields_in(seen, ORDER)).text
    seen = previewed(entered, fields_in(changed, PREVIEW))
    assert counted(seen)["Memories erased"] == "1,100"
    sent = fields_in(seen, ORDER) | {"id": ["many-1"]}
    assert entered.client.post(ORDER, data=sent).status_code == 303
    assert get_request(entered.runtime, "default", "many-1").progress["counts"]["memories"] == 1_100


def test_so_much_is_chosen_and_no_more(entered: Site) -> None:
    lines = "\n".join(f"erase k{n} nowhere" for n in range(10_001))
    answer = post(entered.client, PREVIEW, page=NEW, what="memories", chosen=lines)
    assert answer.status_code == 422
    assert "chosen: at most 10000 at once" in answer.text


# --- Who is named elsewhere ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """206 agents, and somebody who is named in the last one alone."""
    with running(tmp_path_factory.mktemp("crowded")) as site:
        for number in range(205):
            site.add("Rain.", agent=f"m-{number:03}", user_id="sam")
        site.add("I met Olga Ruiz.", agent="m-999", id="far", user_id="sam")
        named(site, "olga-id", "Olga Ruiz")
        enter(site)
        yield site


def test_agents_that_were_not_looked_through_are_told_and_looked_at_further(crowded: Site) -> None:
    fields = {"what": "people", "subject_ids": "olga-id"}
    seen = post(crowded.client, PREVIEW, page=NEW, **fields).text
    assert "Not all agents were looked through yet: those after <code>m-199</code>" in seen
    assert "Nothing is known of it" not in seen
    assert "Olga Ruiz" not in seen
    button = 'name="after" value="m-199">Look further'
    assert button in seen
    seen = previewed(crowded, fields_in(seen, ORDER) | {"after": ["m-199"]})
    assert "I met Olga Ruiz." in seen
    assert "those of the agents after" not in seen
    assert "Look further" not in seen
    # What is chosen here stays when it is looked through from the first agent.
    sent = fields_in(seen, ORDER) | {"chosen": ["erase far m-999"]}
    seen = previewed(crowded, sent)
    assert counted(seen)["Memories erased"] == "1"
    assert "I met Olga Ruiz." in seen
    assert fields_in(seen, ORDER)["chosen"] == ["erase far m-999"]


def test_nothing_is_known_of_it_where_all_was_looked_through(entered: Site) -> None:
    seen = post(entered.client, PREVIEW, page=NEW, what="people", subject_ids="unheard-of").text
    assert "Nothing is known of it" in seen
    assert "Look further" not in seen


def test_more_mentions_than_are_listed_are_told(entered: Site) -> None:
    named(entered, "pia-id", "Pia Stone")
    drafts = [{"content": f"Pia Stone came, time {n}.", "user_id": "tom"} for n in range(201)]
    for start in range(0, len(drafts), 100):
        entered.write(*drafts[start : start + 100], agent="often")
    fields = {"what": "people", "subject_ids": "pia-id"}
    seen = post(entered.client, PREVIEW, page=NEW, **fields).text
    assert "Only 200 are listed, the surest." in seen
    assert "agents were looked through" not in seen
    assert "Look further" not in seen
    # What is chosen makes room for the rest.
    sent = fields_in(seen, ORDER)
    of_first = re.search(r'value="(erase [^ ]+ often)"', seen)
    assert of_first is not None
    sent["chosen"] = [of_first[1], *sent["chosen"][1:]]
    seen = previewed(entered, sent)
    assert "Only 200 are listed" not in seen
    offered = set(re.findall(r'value="erase ([^ ]+) often"', seen))
    assert len(offered) == 201
    assert [one for one in fields_in(seen, ORDER)["chosen"] if one] == [of_first[1]]


# --- The order -----------------------------------------------------------------------------------


def test_an_order_sent_twice_makes_one_request(entered: Site) -> None:
    entered.add("Figs.", agent="twice", user_id="wanda")
    fields = {"what": "people", "subject_ids": "wanda", "mode": "two_phase"}
    sent = fields_in(post(entered.client, PREVIEW, page=NEW, **fields).text, ORDER)
    first = entered.client.post(ORDER, data=sent)
    again = entered.client.post(ORDER, data=sent)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    # Sent as another order, it is none, and what was typed stays.
    other = entered.client.post(ORDER, data=sent | {"reason": ["By mail."]})
    assert other.status_code == 422
    assert "This preview was ordered already" in other.text
    form = fields_in(other.text, PREVIEW)
    assert form["reason"] == ["By mail."]
    assert form["id"] == [""]
    # A preview of its own makes a request of its own.
    sent = fields_in(post(entered.client, PREVIEW, page=NEW, **fields).text, ORDER)
    third = entered.client.post(ORDER, data=sent)
    assert third.headers["location"] != first.headers["location"]


def test_the_id_of_a_preview_names_nobody(entered: Site) -> None:
    # One of these stands in most ids that are drawn.
    people = "\n".join(f"{n:03x}" for n in range(0, 4096, 64))
    for _ in range(5):
        fields = {"what": "people", "subject_ids": people, "mode": "two_phase"}
        sent = fields_in(post(entered.client, PREVIEW, page=NEW, **fields).text, ORDER)
        assert entered.client.post(ORDER, data=sent).status_code == 303


@pytest.mark.parametrize(
    ("derived", "told"), [("delete", "is erased"), ("rederive", "is derived anew without it")]
)
def test_what_becomes_of_the_derived_is_previewed(entered: Site, derived: str, told: str) -> None:
    fields = {"what": "people", "subject_ids": "xaver", "derived": derived}
    seen = post(entered.client, PREVIEW, page=NEW, **fields).text
    assert f"<dt>Derived from others, too</dt><dd>{told}</dd>" in seen

"""Orders to forget as forms tell them: from fields to an order, and back.

Identities stand in the bodies of forms alone: no address, log or redirect ever holds one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from memsvc.core.forget_request import Act, Regulation
from memsvc.core.order import Chosen, Derived, Order, OrderMode, Selector
from memsvc.dashboard.asked import exact, text, word
from memsvc.dashboard.posted import Form
from memsvc.errors import InvalidRequest

MOST_PEOPLE = 64
MOST_IDS = 10_000
REASON_CHARS = 1000
MOMENT = "%Y-%m-%dT%H:%M"
"""As a field of kind datetime-local has it; in UTC."""
_LINE_END = re.compile(r"\r?\n")


class What(StrEnum):
    """What is to be forgotten."""

    PEOPLE = "people"
    MEMORIES = "memories"
    SESSIONS = "sessions"
    AGENT = "agent"


def order_in(form: Form) -> Order:
    """The order that a form gives; InvalidRequest naming the field that is at fault."""
    selector = _selector(form, word(form, "what", What) or What.PEOPLE)
    return Order(
        selector,
        word(form, "regulation", Regulation) or Regulation.GDPR,
        word(form, "derived", Derived) or Derived.REDERIVE,
        word(form, "mode", OrderMode) or OrderMode.IMMEDIATE,
        reason=text(form, "reason", REASON_CHARS),
    )


def fields_of(form: Form) -> list[tuple[str, str]]:
    """The fields of an order that another form carries on, but for what is chosen."""
    names = (
        "what", "subject_ids", "agent_id", "memory_ids", "session_ids", "since", "until",
        "regulation", "derived", "mode", "reason", "id",
    )  # fmt: skip
    return [(name, form[name]) for name in names if form.get(name)]


def as_fields(order: Order) -> dict[str, str]:
    """The fields of a form that gives this order, of one that nobody typed.

    However much is chosen, it is one field: a form has so many fields at most.
    """
    selector = order.selector
    what = (
        What.PEOPLE
        if selector.subject_ids
        else What.SESSIONS
        if selector.session_ids or selector.since or selector.until
        else What.MEMORIES
        if selector.memory_ids or selector.chosen
        else What.AGENT
    )
    times = {"since": selector.since, "until": selector.until}
    return {
        "what": what,
        "subject_ids": "\n".join(selector.subject_ids),
        "agent_id": selector.agent_id or "",
        "memory_ids": "\n".join(selector.memory_ids),
        "session_ids": "\n".join(selector.session_ids),
        **{name: f"{at:{MOMENT}}" if at else "" for name, at in times.items()},
        "mode": order.mode,
        "chosen": chosen_field(selector.chosen),
        "chosen_with": _with(what, selector.subject_ids),
    }


def chosen_field(chosen: Iterable[Chosen]) -> str:
    """What is to be done with single memories, as the value of a field `chosen`: one a line."""
    return "\n".join(f"{one.act} {one.memory_id} {one.agent_id}" for one in chosen)


def chosen_lines(form: Form) -> list[str]:
    """The lines of all fields `chosen`, whatever they were chosen with."""
    return [line for value in form.all("chosen") for line in _LINE_END.split(value) if line]


def chosen_with(form: Form) -> str:
    """What an order says beside which memories are chosen one by one: for another, anew."""
    what = word(form, "what", What) or What.PEOPLE
    return _with(what, _lines(form, "subject_ids", MOST_PEOPLE))


def is_chosen_anew(form: Form) -> bool:
    """Whether what was chosen is left out: it was chosen with other people, or is not wanted."""
    before = form.get("chosen_with")
    is_of_others = before is not None and "\n".join(_LINE_END.split(before)) != chosen_with(form)
    return bool(chosen_lines(form)) and (is_of_others or bool(form.get("unchoose")))


def _with(what: What, people: Sequence[str]) -> str:
    return "\n".join([what, *(people if what is What.PEOPLE else ())])


def _selector(form: Form, what: What) -> Selector:
    chosen = () if is_chosen_anew(form) else _chosen_in(form)
    people = _lines(form, "subject_ids", MOST_PEOPLE) if what is What.PEOPLE else ()
    ids = _lines(form, "memory_ids", MOST_IDS) if what is What.MEMORIES else ()
    by_place = what in (What.PEOPLE, What.SESSIONS)
    sessions = _lines(form, "session_ids", MOST_IDS) if by_place else ()
    since = _moment(form, "since") if by_place else None
    until = _moment(form, "until") if by_place else None
    agent_id = exact(form, "agent_id")
    if what is What.PEOPLE and not people and not chosen:
        raise InvalidRequest.at("subject_ids", "give one person at least, one a line")
    if what is What.MEMORIES and not ids and not chosen:
        raise InvalidRequest.at("memory_ids", "give one id at least, one a line")
    if what is What.SESSIONS and not (sessions or since or until):
        raise InvalidRequest.at("session_ids", "give sessions, one a line, or a stretch of time")
    needs_agent = what is not What.PEOPLE and not (what is What.MEMORIES and chosen and not ids)
    if agent_id is None and (needs_agent or sessions or since or until):
        raise InvalidRequest.at("agent_id", "give the agent whose they are")
    if since is not None and until is not None and since >= until:
        raise InvalidRequest.at("until", "must be later than the beginning")
    return Selector(people, agent_id, ids, sessions, since, until, chosen)


def _lines(form: Mapping[str, str], name: str, most: int) -> tuple[str, ...]:
    # To the letter: an id may begin or end with blanks, or hold signs that end lines elsewhere.
    found = _LINE_END.split(form.get(name, ""))
    lines = tuple(dict.fromkeys(one for one in found if one.strip()))
    if len(lines) > most:
        raise InvalidRequest.at(name, f"at most {most} at once")
    if any(len(one) > 256 or "\x00" in one for one in lines):
        raise InvalidRequest.at(name, "each line may have 256 characters, and no NUL")
    return lines


def _moment(form: Mapping[str, str], name: str) -> datetime | None:
    found = form.get(name, "").strip()
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(found)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidRequest.at(name, "must be a date and a time") from None


def _chosen_in(form: Form) -> tuple[Chosen, ...]:
    lines = chosen_lines(form)
    if len(lines) > MOST_IDS:
        raise InvalidRequest.at("chosen", f"at most {MOST_IDS} at once")
    # Of two that say what becomes of one memory the last holds.
    found = {(one.agent_id, one.memory_id): one for one in map(_chosen, lines)}
    return tuple(found.values())


def _chosen(value: str) -> Chosen:
    act, _, rest = value.partition(" ")
    memory_id, _, agent_id = rest.partition(" ")
    if act not in (Act.ERASE, Act.REDACT) or not memory_id or not agent_id:
        raise InvalidRequest.at("chosen", "is not one that a preview listed")
    return Chosen(agent_id, memory_id, Act(act))

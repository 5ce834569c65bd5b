"""Pages: the forget requests there are, and how a new one is composed, previewed and ordered."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission
from memsvc.core.forget_request import OVER
from memsvc.core.order import Order
from memsvc.dashboard.asked import exact, text
from memsvc.dashboard.forget_chosen import ROWS, picked
from memsvc.dashboard.forget_words import DOUBTS, NOT_READ, REASONS
from memsvc.dashboard.links import HOME
from memsvc.dashboard.orders import (
    as_fields,
    chosen_field,
    chosen_lines,
    chosen_with,
    fields_of,
    is_chosen_anew,
    order_in,
)
from memsvc.dashboard.posted import Form
from memsvc.dashboard.render import moved, rendered
from memsvc.dashboard.visits import pages, visit_of
from memsvc.errors import AlreadyExists, InvalidRequest, MemsvcError, NotFound
from memsvc.operations.forgetting.mentions import TOLD, mentions_beside
from memsvc.operations.forgetting.preview import preview
from memsvc.operations.forgetting.read import list_requests, most_pressing
from memsvc.operations.forgetting.receive import dry_run, receive

router = APIRouter(
    prefix=f"{HOME}/forget", include_in_schema=False, route_class=pages(Permission.FORGET_REQUESTS)
)

MOST_OPEN = 100
PAGE = 25
WORDS_CHARS = 2_000
ORDERED_ALREADY = (
    "This preview was ordered already, and that order was another one or is over; nothing was "
    "changed. Look at the forget requests, then preview this anew."
)
NO_CURSOR = "is not one that a list gave: go to its start"


@router.get("")
def requests(request: Request) -> Response:
    """Open ones first, by when they are due: what is overdue leads. Then those that are over."""
    visit = visit_of(request)
    tenant = visit.principal.tenant
    after = _opened(text(request.query_params, "after", 512))
    over = list_requests(visit.runtime, tenant, OVER, after, PAGE + 1)
    shown = over[:PAGE]
    return rendered(
        request,
        "forget.html",
        open=most_pressing(visit.runtime, tenant, MOST_OPEN) if after is None else [],
        most_open=MOST_OPEN,
        over=shown,
        is_first=after is None,
        after=f"{shown[-1].received_at.isoformat()} {shown[-1].id}" if len(over) > PAGE else None,
    )


@router.get("/new")
def new(request: Request) -> Response:
    """An empty form for an order, and one for a request in plain words."""
    return _form(request, {})


@router.post("/new")
def change(request: Request) -> Response:
    """The form again, as it was filled in."""
    return _form(request, visit_of(request).form)


@router.post("/words")
def in_plain_words(request: Request) -> Response:
    """What a request in plain words would come to, and the order that it makes."""
    visit = visit_of(request)
    try:
        words = text(visit.form, "words", WORDS_CHARS)
        if words is None:
            raise InvalidRequest.at("words", "write down what was asked for")
        within = exact(visit.form, "in_agent")
        found = preview(visit.runtime, visit.principal.tenant, words, within)
    except (InvalidRequest, NotFound) as error:
        return _form(request, visit.form, error.detail, _place(error))
    order = found.order
    return rendered(
        request,
        "forget_words.html",
        words=words,
        within=within,
        found=found,
        doubts=DOUBTS,
        why_not=REASONS.get(found.reason, NOT_READ),
        fields={} if order is None else as_fields(order),
    )


@router.post("/preview")
def show_first(request: Request) -> Response:
    """What an order would come to; nothing is done."""
    visit = visit_of(request)
    try:
        order = order_in(visit.form)
        found = dry_run(visit.runtime, visit.principal.tenant, order)
        # What is chosen already would be left out, and stand apart from what it was chosen among.
        people = replace(order, selector=replace(order.selector, chosen=()))
        after = exact(visit.form, "after") or ""
        mentions = mentions_beside(visit.runtime, visit.principal.tenant, people, after)
        if order.selector.chosen and len(mentions.found) == TOLD:
            # More than are told may name them: what is chosen makes room for others.
            mentions = mentions_beside(visit.runtime, visit.principal.tenant, order, after)
    except (InvalidRequest, NotFound) as error:
        return _form(request, visit.form, error.detail, _place(error))
    listed = {(one.agent_id, one.memory_id) for one in mentions.found}
    chosen = order.selector.chosen
    unlisted = [one for one in chosen if (one.agent_id, one.memory_id) not in listed]
    return rendered(
        request,
        "forget_preview.html",
        order=order,
        found=found,
        mentions=mentions,
        most_told=TOLD,
        after=after,
        once=_once(order),
        fields=[*fields_of(visit.form), ("chosen_with", chosen_with(visit.form))],
        acts={(one.agent_id, one.memory_id): one.act for one in chosen},
        picked=picked(visit, unlisted[:ROWS]),
        beyond=unlisted[ROWS:],
        beyond_field=chosen_field(unlisted[ROWS:]),
        left_out=len(chosen_lines(visit.form)) if is_chosen_anew(visit.form) else 0,
    )


@router.post("/order")
def order(request: Request) -> Response:
    """Order it: from the answer on nobody is shown any of it, unless it waits to be confirmed."""
    visit = visit_of(request)
    principal = visit.principal
    try:
        request_id = text(visit.form, "id", 128) or text(visit.form, "once", 128)
        given = order_in(visit.form)
        row = receive(visit.runtime, principal.tenant, principal.key_id, given, request_id)
    except (InvalidRequest, NotFound, AlreadyExists) as error:
        is_repeated = isinstance(error, AlreadyExists) and not visit.form.get("id", "").strip()
        wrong = ORDERED_ALREADY if is_repeated else error.detail
        return _form(request, visit.form, wrong, _place(error))
    return moved("forget", "requests", row.id, done="ordered")


def _once(order: Order) -> str:
    """An id for the request that the preview's order makes; it happens to name nobody."""
    people = [one.casefold() for one in order.selector.subject_ids if len(one) > 2]
    while True:
        drawn = secrets.token_hex(16)
        if not any(one in drawn for one in people):
            return drawn


def _form(request: Request, fields: Mapping[str, str], wrong: str = "", at: str = "") -> Response:
    """The form; with what is wrong, nothing that was typed is lost."""
    chosen = chosen_lines(fields) if isinstance(fields, Form) else []
    return rendered(
        request,
        "forget_new.html",
        status=422 if wrong else 200,
        fields=fields,
        chosen=chosen,
        wrong=wrong,
        at=at,
    )


def _place(error: MemsvcError) -> str:
    """The field that is at fault, where one is."""
    return error.violations[0].location if error.violations else ""


def _opened(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    at, _, request_id = cursor.partition(" ")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise InvalidRequest.at("after", NO_CURSOR) from None
    if moment.tzinfo is None or not request_id:
        raise InvalidRequest.at("after", NO_CURSOR)
    return moment, request_id

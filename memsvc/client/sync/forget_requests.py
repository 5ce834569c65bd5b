"""Forget requests: orders of erasure, carried out with proof."""

from __future__ import annotations

import uuid
from typing import Unpack

from memsvc.client import models, routes
from memsvc.client.params import Order, When
from memsvc.client.sync.calls import Calls
from memsvc.client.sync.pages import Pages
from memsvc.client.waiting import Polls
from memsvc.client.words import RequestStatus

OVER = ("closed", "rejected", "cancelled", "failed", "partial", "held")
"""Nothing more happens by itself."""


class ForgetRequests:
    """For operator and admin keys."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def order(self, **order: Unpack[Order]) -> models.ForgetRequest:
        """Order the erasure of people, memories, sessions or an agent.

        When this returns nobody is shown any of it; erasing and verifying follow: `wait` for it.
        In mode `two_phase` nothing happens before `confirm`.
        """
        body = {**order, "id": order.get("id") or uuid.uuid4().hex}
        return self._calls.ask(routes.ORDER, body=body)

    def dry_run(
        self, *, mentions_after: str | None = None, **order: Unpack[Order]
    ) -> models.DryRun:
        """What an order would come to; nothing is done."""
        body = {**order, "dry_run": True, "mentions_after": mentions_after}
        return self._calls.ask(routes.DRY_RUN, body=body)

    def preview(
        self, text: str, *, agent_id: str | None = None, reference_time: When | None = None
    ) -> models.Preview:
        """Read a request in plain words and show what it would come to; nothing is done.

        `order(**preview.proposal)` has it done, once it is confirmed.
        """
        body = {"text": text, "agent_id": agent_id, "reference_time": reference_time}
        return self._calls.ask(routes.PREVIEW, body=body)

    def list(
        self, status: RequestStatus | None = None, *, limit: int | None = None
    ) -> Pages[models.ForgetRequest, models.ForgetRequestPage]:
        """All requests, newest first: iterate over them."""

        def read(cursor: str | None) -> models.ForgetRequestPage:
            params = {"status": status, "limit": limit, "cursor": cursor}
            return self._calls.ask(routes.LIST_REQUESTS, params=params)

        return Pages(read, lambda page: page.forget_requests, lambda page: page.next_cursor)

    def read(self, request_id: str) -> models.ForgetRequest:
        """How far a request is."""
        return self._calls.ask(routes.READ_REQUEST, request_id)

    def wait(self, request_id: str, *, within: float = 60.0) -> models.ForgetRequest:
        """Wait until nothing more happens by itself; as it stands after `within` seconds."""
        polls = Polls(within)
        request = self.read(request_id)
        while request.status not in OVER and polls.go_on():
            self._calls.sleep(polls.pause())
            request = self.read(request_id)
        return request

    def receipt(self, request_id: str) -> models.Receipt:
        """The signed receipt; WrongState until it exists. `memsvc verify-receipt` checks it."""
        return self._calls.ask(routes.RECEIPT, request_id)

    def confirm(self, request_id: str) -> models.ForgetRequest:
        """Carry out a request of mode `two_phase`."""
        return self._calls.ask(routes.CONFIRM, request_id)

    def cancel(self, request_id: str) -> models.ForgetRequest:
        """Call a request off, while nothing is erased yet."""
        return self._calls.ask(routes.CANCEL, request_id)

    def hold(self, request_id: str, *, reason: str | None = None) -> models.ForgetRequest:
        """Put what it means under a legal hold: hidden and kept, until released."""
        return self._calls.ask(routes.HOLD, request_id, body={"reason": reason})

    def release(self, request_id: str) -> models.ForgetRequest:
        """End a legal hold."""
        return self._calls.ask(routes.RELEASE, request_id)

    def reject(self, request_id: str, *, reason: str) -> models.ForgetRequest:
        """Refuse a request; what it held back is shown again."""
        return self._calls.ask(routes.REJECT, request_id, body={"reason": reason})

    def extend(self, request_id: str, *, reason: str | None = None) -> models.ForgetRequest:
        """Take the longer time that the law allows, once."""
        return self._calls.ask(routes.EXTEND, request_id, body={"reason": reason})

    def verify(self, request_id: str) -> models.ForgetRequest:
        """Have a request that failed go on: it is verified anew."""
        return self._calls.ask(routes.VERIFY, request_id)

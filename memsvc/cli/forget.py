"""`memsvc forget`: a forget request from the terminal, carried out to its receipt."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from memsvc.cli.terminal import DataDir, Tenant, say, settings_with

if TYPE_CHECKING:
    from memsvc.core.order import Order
    from memsvc.runtime import Runtime
    from memsvc.store.forget_requests import RequestRow

ASKED_AGAIN_S = 0.5


def forget(
    order: Annotated[
        Path,
        typer.Argument(
            allow_dash=True,
            help="A file with the body of POST /v1/forget-requests, or - for standard input: what "
            "stands on a command line is seen by everybody on the machine.",
        ),
    ],
    tenant: Tenant = "default",
    data_dir: DataDir = None,
) -> None:
    """Erase what an order selects, beside a running service or without; print the receipt.

    With `"dry_run": true` in it nothing is done, and what it would come to is printed. Interrupted,
    it goes on by itself as soon as the service runs, or with the same order and `id` again.
    """
    from pydantic import ValidationError

    from memsvc.api.orders import order_of
    from memsvc.api.wire.forgetting import ForgetRequestBody
    from memsvc.core.order import OrderMode
    from memsvc.wiring import build_runtime

    raw = sys.stdin.buffer.read() if str(order) == "-" else order.read_bytes()
    try:
        body = ForgetRequestBody.model_validate_json(raw)
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False):
            say(f"memsvc: {'.'.join(map(str, one['loc'])) or 'order'}: {one['msg']}")
        raise typer.Exit(1) from None
    if body.mode is OrderMode.TWO_PHASE:
        say("memsvc: mode: two_phase waits for a confirmation, which the API takes; leave it out.")
        raise typer.Exit(1)
    with closing(build_runtime(settings_with(data_dir=data_dir), say)) as runtime:
        if body.dry_run:
            _print_dry_run(runtime, tenant, order_of(body))
            return
        request = _carried_out(runtime, tenant, order_of(body), body.id)
    if request.receipt is None:
        say(f"The request {request.id} is {request.status}: {request.progress.get('waits_for')}")
        raise typer.Exit(1)
    say(f"The request {request.id} is closed; here is its receipt.")
    typer.echo(request.receipt)


def _print_dry_run(runtime: Runtime, tenant: str, order: Order) -> None:
    from memsvc.operations.forgetting.receive import dry_run

    found = dry_run(runtime, tenant, order)
    typer.echo(orjson.dumps({"counts": found.counts, "agents": found.ids}).decode())


def _carried_out(runtime: Runtime, tenant: str, order: Order, request_id: str | None) -> RequestRow:
    """The request when nothing more can be done about it here."""
    from memsvc.core.audit import TERMINAL
    from memsvc.core.forget_request import UNDER_WAY, RequestStatus
    from memsvc.operations.forgetting.read import get_request
    from memsvc.operations.forgetting.receive import receive
    from memsvc.operations.forgetting.resume import resume

    request = receive(runtime, tenant, TERMINAL, order, request_id)
    say(f"The request {request.id} is received: nobody is shown any of it any more.")
    while request.status in UNDER_WAY:
        # A running service may have it under its hands: then it is waited for.
        resume(runtime)
        request = get_request(runtime, tenant, request.id)
        if request.status is RequestStatus.PARTIAL:
            break
        if request.status in UNDER_WAY:
            time.sleep(ASKED_AGAIN_S)
    return request

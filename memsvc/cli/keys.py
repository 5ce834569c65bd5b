"""Commands: API keys."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from memsvc.cli.terminal import DataDir, Tenant, say, settings_with
from memsvc.core.access import Role

keys_app = typer.Typer(
    help="Make, list and revoke API keys; show the key of receipts.", no_args_is_help=True
)


@keys_app.command("create")
def create_key(
    role: Annotated[Role, typer.Option(help="What the key is for.")],
    agents: Annotated[str, typer.Option(help="Agents an agent key is for: a shell pattern.")] = "*",
    name: Annotated[str, typer.Option(help="A label; stored in the clear.")] = "",
    tenant: Tenant = "default",
    data_dir: DataDir = None,
) -> None:
    """Make a key and print it, this once, on standard output."""
    from memsvc.core.audit import TERMINAL
    from memsvc.operations.credentials import issue_key
    from memsvc.wiring import open_safe

    with closing(open_safe(settings_with(data_dir=data_dir), say)) as safe:
        card, value = issue_key(safe, tenant, role, name=name, agent_pattern=agents, actor=TERMINAL)
    say(f"Key {card.key_id}: role {role}, agents {agents}, tenant {tenant}. Shown this once:")
    typer.echo(value)


@keys_app.command("list")
def list_keys(tenant: Tenant = "default", data_dir: DataDir = None) -> None:
    """List a tenant's living keys."""
    from memsvc.operations.credentials import list_keys as living
    from memsvc.wiring import open_safe

    with closing(open_safe(settings_with(data_dir=data_dir), say)) as safe:
        for card in living(safe, tenant):
            typer.echo(
                f"{card.key_id}  {card.role:<9} {card.agent_pattern:<20} "
                f"{card.created_at:%Y-%m-%d}  {card.name}"
            )


@keys_app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="Id of the key.")],
    tenant: Tenant = "default",
    data_dir: DataDir = None,
) -> None:
    """Revoke a key; a running server lets go of it within a second."""
    from memsvc.core.audit import TERMINAL
    from memsvc.operations.credentials import revoke_key
    from memsvc.wiring import open_safe

    with closing(open_safe(settings_with(data_dir=data_dir), say)) as safe:
        revoke_key(safe, tenant, key_id, actor=TERMINAL)
    say("Revoked.")


@keys_app.command("signing")
def show_signing_key(data_dir: DataDir = None) -> None:
    """Print the public key that receipts and checkpoints of the audit log are signed with."""
    from memsvc.core.canonical import encoded
    from memsvc.wiring import open_safe

    with closing(open_safe(settings_with(data_dir=data_dir), say)) as safe:
        typer.echo(encoded(safe.keyring.public_key))


@keys_app.command("rotate")
def rotate(
    agent: Annotated[str | None, typer.Option(help="One agent; else all of the tenant.")] = None,
    tenant: Annotated[
        str | None, typer.Option(help="One tenant; else all, or `default` beside --agent.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Replace agents' keys now, and wrap the keys of their memories anew.

    The service may be running. What was interrupted goes on when it is run again, and when a
    service starts. Keys of an earlier backup open nothing but that backup's data: take a new one.
    """
    from memsvc.operations.rotate import rotate_all
    from memsvc.wiring import open_safe

    if agent is not None:
        tenant = tenant or "default"
    with closing(open_safe(settings_with(data_dir=data_dir), say)) as safe:
        count = rotate_all(safe, tenant, agent)
        sealed = safe.keyring.tier == "shred"
    say(f"Keys replaced: {count}." if sealed else "In tier `store` there is no key to replace.")

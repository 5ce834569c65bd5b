"""What the database knows about itself: key file, root check value, ledger, models."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, insert, select, text

from memsvc.store.locks import lock
from memsvc.store.tables import models, service_state, vectors
from memsvc.store.transaction import Tx

KEY_FILE = "key_file"
ROOT_CHECK = "root_check"
LEDGER = "ledger"
PURGE_DUE = "purge_due"
PURGE_BEGUN = "purge_begun"

SLOTTED = (
    "memories",
    "people",
    "sessions",
    "idempotency_keys",
    "forget_requests",
    "aliases",
    "suppression_keys",
)
"""Tables whose rows have a key of their own."""


def get(tx: Tx, name: str) -> str | None:
    """One value, or None."""
    return tx.execute(select(service_state.c.value).where(service_state.c.name == name)).scalar()


def put(tx: Tx, name: str, value: str | None) -> None:
    """Set one value; None removes it."""
    lock(tx, f"state {name}")
    tx.execute(delete(service_state).where(service_state.c.name == name))
    if value is not None:
        tx.execute(insert(service_state).values(name=name, value=value))


def order_purge(tx: Tx, since: datetime) -> None:
    """Note that freed pages and the log are to be given back, unless that is noted already."""
    if get(tx, PURGE_DUE) is None:
        put(tx, PURGE_DUE, since.isoformat())


def model_no(tx: Tx, name: str, dimension: int, normalised: bool) -> int | None:
    """The number of a model's identity, or None when it is new here."""
    return tx.execute(
        select(models.c.model_no).where(
            models.c.name == name,
            models.c.dimension == dimension,
            models.c.normalised == normalised,
        )
    ).scalar()


def add_model(tx: Tx, name: str, dimension: int, normalised: bool) -> int:
    """Register a model's identity."""
    key = tx.execute(
        insert(models).values(name=name, dimension=dimension, normalised=normalised)
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def vectors_of_other_models(tx: Tx, wanted: int) -> dict[str, int]:
    """How many stored vectors come from other models, by model name."""
    rows = tx.execute(
        select(models.c.name, func.count())
        .join(vectors, vectors.c.model_no == models.c.model_no)
        .where(models.c.model_no != wanted)
        .group_by(models.c.name)
    )
    return {row[0]: row[1] for row in rows}


def slots_used(tx: Tx) -> int:
    """One more than the highest key slot among the latest rows; 0 without any. SQLite only.

    Slots are handed out in ascending order, so an outdated key file shows by this; looking at
    every row would make each start as slow as the database is large.
    """
    highest = 0
    for table in SLOTTED:
        latest = text(f"SELECT key_slot FROM {table} ORDER BY rowid DESC LIMIT 1000")  # noqa: S608
        slots = [slot for slot in tx.execute(latest).scalars() if slot is not None]
        highest = max([highest, *(slot + 1 for slot in slots)])
    return highest

"""Start: what a service does before it serves."""

from __future__ import annotations

import secrets

from memsvc.clock import Clock
from memsvc.embedding.protocol import ModelIdentity
from memsvc.errors import ModelMismatch
from memsvc.sealing.keyring import KeyIdentity, Keyring
from memsvc.store import agents, state
from memsvc.store.database import Database
from memsvc.store.key_rows import FILE_ID
from memsvc.store.locks import lock
from memsvc.store.transaction import Tx

DEFAULT_TENANT = "default"


def expected_keys(database: Database) -> tuple[KeyIdentity | None, int]:
    """The keys this database was made with (None in a new one), and how many slots it uses."""
    with database.snapshot() as tx:
        root_check, file_id = state.get(tx, state.ROOT_CHECK), state.get(tx, state.KEY_FILE)
        if root_check is None:
            return None, 0
        identity = KeyIdentity(bytes.fromhex(root_check), bytes.fromhex(file_id or "") or None)
        # Keys in rows are of the database's own moment, and tier `store` has none; a file beside
        # the database may be older.
        return identity, 0 if identity.file_id in (None, FILE_ID) else state.slots_used(tx)


def establish(database: Database, keyring: Keyring, clock: Clock) -> None:
    """Bind a new database to its keys; one that is bound already stays as it is."""

    def work(tx: Tx) -> None:
        lock(tx, "establish")
        if state.get(tx, state.ROOT_CHECK) is not None:
            return
        file_id = keyring.identity.file_id
        state.put(tx, state.ROOT_CHECK, keyring.identity.root_check.hex())
        state.put(tx, state.KEY_FILE, file_id.hex() if file_id else None)
        state.put(tx, state.LEDGER, secrets.token_hex(16))
        service = agents.reserve(tx, *agents.SERVICE, clock.now())
        agents.set_key(tx, service, keyring.new_agent_key(service))

    database.write(work)


def register_model(database: Database, identity: ModelIdentity, *, check: bool = True) -> int:
    """The number of the model's identity, registered when new.

    Raises ModelMismatch when vectors of another model are stored (unless `check` is off).
    """

    def work(tx: Tx) -> int:
        lock(tx, "models")
        name, dimension, normalised = identity.name, identity.dimension, identity.normalised
        number = state.model_no(tx, name, dimension, normalised)
        if number is None:
            number = state.add_model(tx, name, dimension, normalised)
        others = state.vectors_of_other_models(tx, number)
        if check and others:
            held = ", ".join(f"{count} of {model}" for model, count in sorted(others.items()))
            raise ModelMismatch(
                f"The database holds vectors that are not of {name}: {held}. Run `memsvc reindex` "
                "with the present settings to embed them anew, or set MEMSVC_EMBEDDING__MODEL back."
            )
        return number

    return database.write(work)

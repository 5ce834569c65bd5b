"""What every keyring does, in both tiers; then what only sealing does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from memsvc.errors import KeysDamaged
from memsvc.sealing.aead import CannotOpen, cipher_of, context, new_secret, seal_with
from memsvc.sealing.keyring import Key, Keyring, agent_context
from memsvc.sealing.plain import PlainKeyring
from memsvc.sealing.root import RootKey
from memsvc.sealing.sealed import SealedKeyring
from memsvc.sealing.slot_format import SLOT_BYTES, encode_slot, offset_of
from memsvc.sealing.slots import SlotFile

ROOT = RootKey(bytes(range(32)))
HERE = context("tenant", 1, "text")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.bin"


@pytest.fixture
def sealed(path: Path) -> Iterator[SealedKeyring]:
    keyring = SealedKeyring(ROOT, SlotFile.create(path))
    yield keyring
    keyring.close()


@pytest.fixture(params=["shred", "store"])
def keyring(request: pytest.FixtureRequest, path: Path) -> Iterator[Keyring]:
    made: Keyring = (
        SealedKeyring(ROOT, SlotFile.create(path))
        if request.param == "shred"
        else PlainKeyring(ROOT)
    )
    assert made.tier == request.param
    yield made
    made.close()


def test_what_is_sealed_opens_again(keyring: Keyring) -> None:
    wrapped = keyring.new_agent_key(1)
    assert len(wrapped) == 60
    keys = keyring.allocate(1, wrapped, 5)
    keyring.sync()
    assert len(keys) == 5
    found = keyring.keys(1, wrapped, [key.slot for key in keys])
    for number, key in enumerate(keys):
        text = b"text %d" % number
        assert found[key.slot] == key
        assert keyring.open(found[key.slot], keyring.seal(key, text, HERE), HERE) == text


def test_no_slots_no_keys(keyring: Keyring) -> None:
    wrapped = keyring.new_agent_key(1)
    assert keyring.keys(1, wrapped, []) == {}
    assert keyring.allocate(1, wrapped, 0) == []
    assert keyring.shred([]) == 0
    keyring.sync()


def test_tokens_depend_on_tenant_kind_identity_and_root(keyring: Keyring) -> None:
    token = keyring.token("t", "person", "ada")
    assert len(token) == 16
    assert keyring.token("t", "person", "ada") == token
    others = {
        keyring.token("u", "person", "ada"),
        keyring.token("t", "session", "ada"),
        keyring.token("t", "person", "ida"),
        keyring.token("tp", "erson", "ada"),
        PlainKeyring(RootKey(bytes(32))).token("t", "person", "ada"),
    }
    assert len(others | {token}) == 6


def test_tokens_are_the_same_in_both_tiers(sealed: SealedKeyring) -> None:
    assert sealed.token("t", "person", "ä@x") == PlainKeyring(ROOT).token("t", "person", "ä@x")


def test_digests_depend_on_purpose_data_and_root(keyring: Keyring) -> None:
    digest = keyring.digest("api key", b"secret")
    assert len(digest) == 32
    assert keyring.digest("api key", b"secret") == digest
    others = {
        keyring.digest("idempotency", b"secret"),
        keyring.digest("api key", b"other"),
        PlainKeyring(RootKey(bytes(32))).digest("api key", b"secret"),
    }
    assert len(others | {digest}) == 4


def test_the_identity_names_the_root_and_the_file(keyring: Keyring) -> None:
    assert keyring.identity.root_check == ROOT.check_value()
    assert (keyring.identity.file_id is None) == (keyring.tier == "store")


def test_keys_are_not_shown(sealed: SealedKeyring) -> None:
    key = Key(3, b"very secret")
    assert repr(key) == "Key(slot=3)"
    assert "secret" not in str(key)


def test_memories_do_not_share_keys(sealed: SealedKeyring) -> None:
    one, other = sealed.allocate(1, sealed.new_agent_key(1), 2)
    text = sealed.seal(one, b"text", HERE)
    for key, where in ((other, HERE), (one, context("tenant", 2, "text"))):
        with pytest.raises(CannotOpen):
            sealed.open(key, text, where)


def test_shredded_keys_are_gone(sealed: SealedKeyring, path: Path) -> None:
    wrapped = sealed.new_agent_key(1)
    keys = sealed.allocate(1, wrapped, 10)
    slots = [key.slot for key in keys if key.slot is not None]
    block = path.read_bytes()[offset_of(slots[4]) :][:SLOT_BYTES]
    assert sealed.shred(slots[4:6]) == 2
    assert sealed.shred(slots[4:6]) == 0
    assert set(sealed.keys(1, wrapped, slots)) == set(slots) - {4, 5}
    raw = path.read_bytes()
    assert not any(block[at : at + 6] in raw for at in range(SLOT_BYTES - 5))


def test_secrets_are_never_in_the_file(sealed: SealedKeyring, path: Path) -> None:
    keys = sealed.allocate(1, sealed.new_agent_key(1), 50)
    sealed.sync()
    raw = path.read_bytes()
    assert not any(key.secret[:8] in raw for key in keys)


def test_rows_without_a_slot_have_no_key(sealed: SealedKeyring) -> None:
    wrapped = sealed.new_agent_key(1)
    assert sealed.keys(1, wrapped, [None]) == {}
    assert PlainKeyring(ROOT).keys(1, wrapped, [7]) == {}


def test_another_agents_key_opens_no_slot(sealed: SealedKeyring) -> None:
    mine, other = sealed.new_agent_key(1), sealed.new_agent_key(2)
    sealed.allocate(1, mine, 2)
    with pytest.raises(KeysDamaged, match="slot 0 does not open under the key of agent 2"):
        sealed.keys(2, other, [0])
    with pytest.raises(KeysDamaged, match="key of agent 2 does not open"):
        sealed.keys(2, mine, [0])


def test_every_flipped_byte_of_an_agent_key_is_noticed(sealed: SealedKeyring) -> None:
    wrapped = sealed.new_agent_key(1)
    for position in range(len(wrapped)):
        altered = bytearray(wrapped)
        altered[position] ^= 1
        with pytest.raises(KeysDamaged, match="key of agent 1 does not open"):
            sealed.allocate(1, bytes(altered), 1)


def test_a_payload_moved_to_another_slot_does_not_open(sealed: SealedKeyring, path: Path) -> None:
    wrapped = sealed.new_agent_key(1)
    sealed.allocate(1, wrapped, 2)
    payload = path.read_bytes()[offset_of(0) + 4 : offset_of(1)]
    # With the checksum of its new place: only the sealing can tell.
    with path.open("r+b") as raw:
        raw.seek(offset_of(1))
        raw.write(encode_slot(1, payload))
    assert set(sealed.keys(1, wrapped, [0])) == {0}
    with pytest.raises(KeysDamaged, match="slot 1 does not open"):
        sealed.keys(1, wrapped, [1])


def test_a_slot_is_bound_to_its_agent_even_under_the_same_key(sealed: SealedKeyring) -> None:
    wrapping = cipher_of(ROOT.derive("agent keys"))
    secret = new_secret()
    mine, other = (seal_with(wrapping, secret, agent_context(agent)) for agent in (1, 2))
    sealed.allocate(1, mine, 1)
    assert set(sealed.keys(1, mine, [0])) == {0}
    with pytest.raises(KeysDamaged, match="slot 0 does not open under the key of agent 2"):
        sealed.keys(2, other, [0])


def test_another_root_key_opens_nothing(sealed: SealedKeyring, path: Path) -> None:
    wrapped = sealed.new_agent_key(1)
    sealed.allocate(1, wrapped, 1)
    stranger = SealedKeyring(RootKey(bytes(32)), SlotFile.open(path))
    with pytest.raises(KeysDamaged, match="does not open under this root key"):
        stranger.keys(1, wrapped, [0])
    stranger.close()


def test_many_keys_at_once(sealed: SealedKeyring) -> None:
    wrapped = sealed.new_agent_key(1)
    keys = sealed.allocate(1, wrapped, 20_000)
    found = sealed.keys(1, wrapped, [key.slot for key in keys])
    assert [found[key.slot] for key in keys] == keys
    assert len({key.secret for key in keys}) == 20_000


def test_threads_share_a_keyring(sealed: SealedKeyring) -> None:
    agents = {agent: sealed.new_agent_key(agent) for agent in range(5)}

    def work(number: int) -> list[int | None]:
        agent = number % 5
        keys = sealed.allocate(agent, agents[agent], 4)
        sealed.sync()
        slots = [key.slot for key in keys]
        assert sealed.keys(agent, agents[agent], slots) == {key.slot: key for key in keys}
        return slots

    with ThreadPoolExecutor(8) as pool:
        slots = [slot for job in pool.map(work, range(100)) for slot in job]
    assert len(set(slots)) == 400

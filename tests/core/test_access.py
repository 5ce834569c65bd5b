"""Who may do what, sees whom, and is believed how far."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.access import Permission, Principal, Role, channel_of, trust_of
from memsvc.core.memory import Channel, Trust

ALLOWED = {
    (Role.AGENT, Permission.MEMORIES),
    (Role.VIEWER, Permission.STATISTICS),
    (Role.OPERATOR, Permission.MEMORIES),
    (Role.OPERATOR, Permission.STATISTICS),
    (Role.OPERATOR, Permission.APPROVAL),
    (Role.OPERATOR, Permission.SETTINGS),
    (Role.OPERATOR, Permission.FORGET_REQUESTS),
    (Role.OPERATOR, Permission.SUBJECTS),
    (Role.OPERATOR, Permission.AUDIT),
    (Role.ADMIN, Permission.MEMORIES),
    (Role.ADMIN, Permission.STATISTICS),
    (Role.ADMIN, Permission.APPROVAL),
    (Role.ADMIN, Permission.SETTINGS),
    (Role.ADMIN, Permission.KEYS),
    (Role.ADMIN, Permission.FORGET_REQUESTS),
    (Role.ADMIN, Permission.SUBJECTS),
    (Role.ADMIN, Permission.AUDIT),
}
OVERSEERS = (Role.OPERATOR, Role.ADMIN)
BOUNDED = (Role.AGENT, Role.VIEWER)


def principal(role: Role, pattern: str = "*") -> Principal:
    return Principal(key_id="k1", tenant="t1", role=role, agent_pattern=pattern)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_roles_and_what_they_may(role: Role, permission: Permission) -> None:
    assert principal(role).may(permission) is ((role, permission) in ALLOWED)


@pytest.mark.parametrize(
    ("pattern", "agent_id", "sees"),
    [
        ("*", "anything", True),
        ("*", "", True),
        ("shop-*", "shop-1", True),
        ("shop-*", "shop-", True),
        ("shop-*", "SHOP-1", False),
        ("shop-*", "my-shop-1", False),
        ("shop", "shop", True),
        ("shop", "shop-1", False),
        ("shop", "shop\n", False),
        ("shop-?", "shop-1", True),
        ("shop-?", "shop-12", False),
        ("shop-?", "shop-", False),
        ("shop-[ab]", "shop-a", True),
        ("shop-[ab]", "shop-c", False),
        ("shop-[!ab]", "shop-c", True),
        ("shop-[!ab]", "shop-a", False),
        ("a.c", "abc", False),
        ("shop-*", "shop-\n1", True),
        ("", "", True),
        ("", "shop", False),
    ],
)
@pytest.mark.parametrize("role", BOUNDED)
def test_a_pattern_bounds_agents_and_viewers(
    role: Role, pattern: str, agent_id: str, sees: bool
) -> None:
    assert principal(role, pattern).sees(agent_id) is sees


@pytest.mark.parametrize("role", OVERSEERS)
def test_operators_and_admins_see_every_agent_of_their_tenant(role: Role) -> None:
    assert principal(role, "shop-*").sees("bank-1")
    assert principal(role, "").sees("bank-1")


@given(st.text(alphabet=st.characters(exclude_characters="*?[")), st.text())
def test_a_pattern_without_wildcards_is_one_name(pattern: str, agent_id: str) -> None:
    bounded = principal(Role.AGENT, pattern)

    assert bounded.sees(pattern)
    assert bounded.sees(agent_id) is (agent_id == pattern)


@pytest.mark.parametrize("role", BOUNDED)
def test_a_key_without_a_pattern_sees_every_agent(role: Role) -> None:
    assert Principal("k1", "t1", role).sees("anyone")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("speaker", [None, "user", "assistant", "tool"])
def test_relayed_words_carry_their_channel_whoever_posts_them(
    role: Role, channel: Channel, speaker: str | None
) -> None:
    assert trust_of(principal(role), channel, speaker) == channel.value


@pytest.mark.parametrize("role", OVERSEERS)
def test_what_an_operator_states_itself_is_believed_most(role: Role) -> None:
    assert trust_of(principal(role), None, None) is Trust.OPERATOR


@pytest.mark.parametrize("role", BOUNDED)
def test_other_keys_speak_as_agents(role: Role) -> None:
    assert trust_of(principal(role), None, None) is Trust.AGENT


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("speaker", "trust"),
    [
        ("user", Trust.USER),
        ("tool", Trust.TOOL),
        ("assistant", Trust.AGENT),
        ("system", Trust.AGENT),
        ("User", Trust.AGENT),
        ("web", Trust.AGENT),
        ("operator", Trust.AGENT),
        ("", Trust.AGENT),
    ],
)
def test_a_conversation_role_stands_in_for_the_channel(
    role: Role, speaker: str, trust: Trust
) -> None:
    assert trust_of(principal(role), None, speaker) is trust


@given(st.sampled_from(Role), st.none() | st.sampled_from(Channel), st.none() | st.text())
def test_nothing_that_was_relayed_is_believed_as_the_operator(
    role: Role, channel: Channel | None, speaker: str | None
) -> None:
    trust = trust_of(principal(role), channel, speaker)

    relayed = channel is not None or speaker is not None
    assert (trust is Trust.OPERATOR) is (role in OVERSEERS and not relayed)


@given(st.none() | st.text())
def test_no_role_makes_words_come_from_the_web(speaker: str | None) -> None:
    assert channel_of(speaker) is not Channel.WEB

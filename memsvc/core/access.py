"""Who may do what: principals, roles, scopes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from memsvc.core.memory import Channel, Trust


class Role(StrEnum):
    """What a key is for."""

    AGENT = "agent"
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


class Permission(StrEnum):
    """One thing a role may or may not do."""

    MEMORIES = "memories"
    """Read, write, search and delete memories of matching agents."""
    APPROVAL = "approval"
    """Release memories from quarantine."""
    SETTINGS = "settings"
    """Change the settings of agents."""
    STATISTICS = "statistics"
    """Read metrics and statistics."""
    KEYS = "keys"
    """Create, list and revoke API keys of the tenant."""
    FORGET_REQUESTS = "forget_requests"
    """Order the erasure of people, sessions and agents, and decide about it."""
    SUBJECTS = "subjects"
    """Carry out the rights of people next to erasure: access, rectification, restriction."""
    AUDIT = "audit"
    """Read the audit log of the tenant."""


_ALLOWED = {
    Role.AGENT: frozenset({Permission.MEMORIES}),
    Role.VIEWER: frozenset({Permission.STATISTICS}),
    Role.OPERATOR: frozenset(
        {
            Permission.MEMORIES,
            Permission.APPROVAL,
            Permission.SETTINGS,
            Permission.STATISTICS,
            Permission.FORGET_REQUESTS,
            Permission.SUBJECTS,
            Permission.AUDIT,
        }
    ),
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """The holder of an API key. The tenant comes from the key alone."""

    key_id: str
    tenant: str
    role: Role
    agent_pattern: str = "*"

    def may(self, permission: Permission) -> bool:
        return permission in _ALLOWED[self.role]

    def sees(self, agent_id: str) -> bool:
        """Whether the agent exists as far as this caller can tell.

        Operators and admins see every agent of their tenant; the pattern (shell-style `*?[]`,
        case-sensitive) bounds the other roles.
        """
        return self.role in (Role.OPERATOR, Role.ADMIN) or fnmatchcase(agent_id, self.agent_pattern)


@dataclass(frozen=True, slots=True)
class Scope:
    """One agent of one tenant, as a caller proved it may use it."""

    tenant: str
    agent_id: str

    @property
    def about(self) -> str:
        """What a write to the agent is about: writes go in this order."""
        return f"{self.tenant}/{self.agent_id}"


def trust_of(principal: Principal, channel: Channel | None, role: str | None) -> Trust:
    """How far words are believed, from the credential and the channel they came through.

    `operator` only for what an operator's key states itself: words relayed through a channel, or
    spoken by someone in a conversation role, carry that channel's trust whoever posts them.
    """
    if channel is None and role is None and principal.role in (Role.OPERATOR, Role.ADMIN):
        return Trust.OPERATOR
    return Trust(channel or channel_of(role))


def channel_of(role: str | None) -> Channel:
    """The channel assumed when the caller names none."""
    return {"user": Channel.USER, "tool": Channel.TOOL}.get(role or "", Channel.AGENT)

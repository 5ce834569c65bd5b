"""What `add` sends."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from memsvc.api.mem0.wire.values import AgentName, Expiry, Mem0Wire, OuterMoment
from memsvc.api.wire.memories import Role
from memsvc.api.wire.values import BATCH, Content, Flag, JsonObject, Name, Wire


def _said(value: Any) -> Any:
    """The text of a message: as it is, or of its parts; nothing where it says nothing."""
    if isinstance(value, list):
        texts = []
        for part in value:
            if not isinstance(part, dict) or part.get("type") != "text":
                raise ValueError("parts other than text are not stored: put them into words")
            if not isinstance(part.get("text"), str):
                raise ValueError("a part of type text has a text")
            texts.append(part["text"])
        value = "\n".join(texts)
    return None if isinstance(value, str) and not value.strip() else value


Said = Annotated[
    Content | None,
    BeforeValidator(_said),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "object"}},
                {"type": "null"},
            ]
        }
    ),
]


_NAMED_HERE = {"developer": "system", "function": "tool"}
OuterRole = Annotated[
    Role,
    BeforeValidator(lambda role: _NAMED_HERE.get(role, role) if isinstance(role, str) else role),
    WithJsonSchema({"type": "string", "enum": [*get_args(Role), *_NAMED_HERE]}),
]


class Mem0Message(Wire):
    """One message; further fields, such as calls of tools, are passed over."""

    model_config = ConfigDict(extra="ignore")

    role: OuterRole = Field(
        description="Who spoke; developer is system here, and function is tool.", examples=["user"]
    )
    content: Said = Field(
        None,
        description="What was said: a text, or parts of type text. One that says nothing is passed "
        "over.",
        examples=["I have a cat, Miso."],
    )
    name: Name | None = Field(None, description="Display name of the speaker.", examples=["Ana"])


class EntityIds(Mem0Wire):
    """Whom memories belong to, in mem0's words."""

    user_id: Name | None = Field(
        None, description="The person; here `user_id`.", examples=["alice"]
    )
    agent_id: AgentName | None = Field(
        None,
        description="The agent; here `agent_id`, and the default agent where it is left out.",
        examples=["support"],
    )
    app_id: Name | None = Field(
        None, description="The application; here `metadata.app_id`.", examples=["shop"]
    )
    run_id: Name | None = Field(
        None, description="The conversation or run; here `session_id`.", examples=["run-1"]
    )


class AddBody(EntityIds):
    """What `add` sends."""

    messages: list[Mem0Message] = Field(
        min_length=1,
        max_length=BATCH,
        description="1 to 1000 messages.",
        examples=[[{"role": "user", "content": "I have a cat, Miso."}]],
    )
    filters: EntityIds | None = Field(
        None, description="The same ids, where they are given here.", examples=[{"user_id": "u1"}]
    )
    metadata: JsonObject = Field(
        default_factory=dict, description="Your own fields.", examples=[{"topic": "pets"}]
    )
    infer: Flag = Field(
        True,
        description="True: each message is a turn of a conversation, from which consolidation "
        "reads facts. False: each is a statement to be kept as it is.",
        examples=[True],
    )
    timestamp: OuterMoment | None = Field(
        None, description="When it happened, in Unix seconds.", examples=[1767225600]
    )
    expiration_date: Expiry | None = Field(
        None, description="The last day on which it is kept.", examples=["2027-01-31"]
    )

    @model_validator(mode="after")
    def _one_place(self) -> AddBody:
        if self.filters is not None:
            for name in self.filters.model_fields_set:
                mine, theirs = getattr(self, name), getattr(self.filters, name)
                if None not in (mine, theirs) and mine != theirs:
                    raise ValueError(f"filters.{name}: differs from {name}")
        return self

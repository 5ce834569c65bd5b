"""Attempts, behaviors and offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from memsvc.client.params.moments import When
from memsvc.client.words import Channel


class TraceFields(TypedDict, total=False):
    """What can be told of an attempt besides its task."""

    steps: Sequence[str]
    """The steps that were taken, in order, up to 500 of up to 2000 characters."""
    content: str | None
    """In place of steps: the attempt as a text. With the task it has up to 32,768 characters."""
    outcome: Literal["success", "failure"] | float | None
    """`success`, `failure`, or a number from 0 to 1; null: nobody can tell."""
    input_tokens: int | None
    """Tokens that the model read."""
    output_tokens: int | None
    """Tokens that the model wrote."""
    model: str | None
    """The model that tried."""
    task_class: str | None
    """What kind of task it is, in a word of your own."""
    offered: Sequence[str]
    """Names of the behaviors that were offered for it."""
    cited: Sequence[str]
    """Names of those that the attempt cites."""
    offer_id: str | None
    """The offer of behaviors for this task."""
    user_id: str | None
    """The person for whom it was done: with them it is forgotten."""
    subject_ids: Sequence[str]
    """People whom it is about, besides `user_id`."""
    session_id: str | None
    """The conversation or task run it belongs to."""
    event_time: When | None
    """When it was made."""
    channel: Channel | None
    """Where the words came from; default `agent`. Decides `trust` together with the key."""
    expires_at: When | None
    """When it is to be erased."""
    pinned: bool
    """Whether it is kept from fading."""
    id: str | None
    """Your own id for it."""


class BehaviorChanges(TypedDict, total=False):
    """What to change of a behavior; what is left out stays."""

    instruction: str | None
    """Other words, in one line."""
    topics: Sequence[str] | None
    """Other topics; none means everywhere."""
    source_trace_ids: Sequence[str]
    """Further traces that bear it out."""


class OfferOptions(TypedDict, total=False):
    """Which behaviors to offer."""

    limit: int | None
    """Behaviors at most, 1 to 20; null: as the agent's settings say."""
    token_budget: int | None
    """Tokens `text` may have, 50 to 32,000; null: any."""
    topics: Sequence[str] | None
    """Only behaviors that have one of these topics, and those for everywhere."""
    task_class: str | None
    """What kind of task it is: tasks are compared within their class."""


class OutcomeFields(TypedDict, total=False):
    """What else can be told of an outcome."""

    cited: Sequence[str]
    """Names of offered behaviors that were used."""
    text: str | None
    """What the agent wrote: names of offered behaviors in it are cited, too. It is not stored."""
    trace_id: str | None
    """The trace of the task: the outcome is erased together with it."""

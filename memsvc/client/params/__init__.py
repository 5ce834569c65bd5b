"""What is given to calls: plain dictionaries with types, so that editors know the keywords."""

from __future__ import annotations

from memsvc.client.params.asking import ContextOptions, MemoryFilter, SearchOptions
from memsvc.client.params.configuring import (
    DecayFields,
    DecayPolicyFields,
    HandbookFields,
    KeptFields,
    RankingFields,
    RetentionFields,
    SettingsFields,
)
from memsvc.client.params.learning import BehaviorChanges, OfferOptions, OutcomeFields, TraceFields
from memsvc.client.params.moments import When
from memsvc.client.params.ordering import Chosen, Correction, KeyFields, Order
from memsvc.client.params.writing import (
    Draft,
    DraftFields,
    FactFields,
    FeedbackItem,
    MemoryBehaviorFields,
    MemoryChanges,
    Message,
    Selection,
    TimeRange,
)

__all__ = [
    "BehaviorChanges", "Chosen", "ContextOptions", "Correction", "DecayFields", "DecayPolicyFields",
    "Draft", "DraftFields", "FactFields", "FeedbackItem", "HandbookFields", "KeptFields",
    "KeyFields", "MemoryBehaviorFields", "MemoryChanges", "MemoryFilter", "Message", "OfferOptions",
    "Order", "OutcomeFields", "RankingFields", "RetentionFields", "SearchOptions", "Selection",
    "SettingsFields", "TimeRange", "TraceFields", "When",
]  # fmt: skip

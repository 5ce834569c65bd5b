"""The words of the service: what a field may say."""

from __future__ import annotations

from typing import Literal

Admission = Literal["standard", "off"]

AuditAction = Literal[
    "forget.received",
    "forget.confirmed",
    "forget.restricted",
    "forget.erased",
    "forget.purged",
    "forget.verified",
    "forget.closed",
    "forget.held",
    "forget.released",
    "forget.rejected",
    "forget.extended",
    "forget.cancelled",
    "forget.failed",
    "forget.partial",
    "forget.alarm",
    "forget.refused",
    "memory.erased",
    "memory.released",
    "memory.restored",
    "conflict.resolved",
    "subject.exported",
    "subject.rectified",
    "subject.restricted",
    "subject.unrestricted",
    "subject.aliased",
    "subject.readmitted",
    "source.marked",
    "source.unmarked",
    "source.rolled_back",
    "agent.configured",
    "key.issued",
    "key.revoked",
]

BehaviorEvent = Literal["proposed", "edited", "approved", "merged", "retired", "rolled_back"]

BehaviorStatus = Literal["candidate", "active", "retired"]

Cardinality = Literal["one", "many"]

Channel = Literal["user", "agent", "tool", "web"]

ConflictKind = Literal["dispute", "link"]

ConflictReason = Literal["judged", "less_trusted", "same_time", "conversation"]

Contradiction = Literal["supersede", "off"]

DecayPolicy = Literal["fsrs", "memorybank", "exponential", "none"]

DerivedRule = Literal["rederive", "delete"]

Epistemic = Literal["stated", "observed", "inferred", "contested", "retracted"]

Event = Literal[
    "added",
    "duplicate",
    "merged",
    "superseded",
    "disputed",
    "suppressed",
    "quarantined",
    "rejected",
]

FeedbackOutcome = Literal["used", "confirmed", "partly", "contradicted"]

FileFormat = Literal["json", "markdown", "skill"]

ForgetScope = Literal["people", "state", "trajectory", "environment"]

KeyRole = Literal["agent", "viewer", "operator", "admin"]

Kind = Literal["episodic", "semantic", "procedural"]

Measure = Literal[
    "writes.added",
    "writes.duplicate",
    "writes.merged",
    "writes.superseded",
    "writes.disputed",
    "writes.suppressed",
    "writes.quarantined",
    "writes.rejected",
    "feedback.used",
    "feedback.confirmed",
    "feedback.partly",
    "feedback.contradicted",
    "forgotten",
    "searches",
    "searches.deep",
    "searches.auto",
    "searches.escalated",
    "hits",
    "contexts",
    "seconds.search",
    "seconds.context",
    "seconds.write",
]

NotRead = Literal["budget_spent", "unavailable", "malformed", "out_of_time"]

OrderMode = Literal["immediate", "two_phase"]

PlanReason = Literal["new", "sources_changed", "words_changed"]

ProfileGroup = Literal[
    "name",
    "home",
    "work",
    "family",
    "pets",
    "health",
    "preferences",
    "plans",
    "possessions",
    "other",
]

ProposalEvent = Literal["proposed", "supported", "merged", "known", "suppressed"]

ProposedBy = Literal["caller", "steps", "model"]

Regulation = Literal["gdpr", "ccpa", "other"]

RequestStatus = Literal[
    "received",
    "accepted",
    "restricted",
    "erased",
    "purged",
    "verified",
    "closed",
    "held",
    "rejected",
    "extended",
    "failed",
    "partial",
    "cancelled",
]

RetirementReason = Literal["superseded", "harms", "uncited", "over_budget"]

RunReason = Literal["asked", "recall_lost", "others_erased"]

RunStatus = Literal["requested", "running", "done", "rolling_back", "rolled_back"]

SearchMode = Literal["fast", "deep", "auto"]

Status = Literal["active", "superseded", "disputed", "archived", "quarantined"]

Step = Literal["hour", "day"]

Timing = Literal["boost", "filter", "off"]

Trust = Literal["operator", "user", "agent", "tool", "web"]

Verdict = Literal["helps", "harms", "open"]

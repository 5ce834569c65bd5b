"""Every error memsvc raises on purpose.

    MemsvcError
    ├── InvalidRequest            422  a value breaks a rule; `where` and a reason, never the value
    │   └── IdempotencyMismatch   422  same Idempotency-Key, another body
    ├── Unauthenticated           401  no key, or an unknown one
    ├── Forbidden                 403  a good key whose role does not allow this
    │   ├── StaleForm             403  a form of the dashboard that is of another session
    │   ├── ForeignOrigin         403  a change that a page of another site asks the dashboard for
    │   └── ForeignHost           403  without keys: called by a name that is not this machine's
    ├── NotFound                  404  unknown or foreign: the two are the same to a caller
    ├── WrongMethod               405  an address of the dashboard that is not asked or told so
    ├── AlreadyExists             409  the id is taken by other content
    ├── SeveralPeople             409  identities are registered as those of several people
    ├── WrongState                409  a forget request, or a memory, is past what is asked of it
    ├── PreconditionFailed        412  If-Match names another version
    ├── TooLarge                  413  a request limit, named
    ├── TooManyRequests           429  the key's rate limit; retry_after seconds
    ├── NotOffered                501  what another service has and this one has not
    ├── Unavailable               503  cannot answer now; retry_after seconds
    │   ├── EmbeddingUnavailable  503  the embedding backend did not answer
    │   ├── RerankerUnavailable   503  the re-ranker did not answer
    │   └── JudgeUnavailable      503  the model that judges, reads or curates gave no answer of use
    ├── StorageFull               507  the disk is full; nothing was stored
    └── StartupError              500  the service cannot start; the message says what to do
        ├── BackupUnusable             it cannot be taken or restored, and why
        ├── TransferUnusable           an export cannot be written or imported, and why
        │   └── SourceUnusable         another store's memories cannot be read, and why
        ├── DistributionRefused        there is no cluster to distribute tables on, and why
        ├── SchemaOutdated             the database's revision is not this version's
        ├── ModelMismatch              stored vectors come from another model
        ├── ModelMissing               a model cannot be loaded
        ├── LedgerUnusable             the ledger of erasures is foreign, damaged or away
        └── KeysDamaged                root key or key file missing, foreign or broken

Each carries a stable machine `code`, a human `title` and an HTTP `status`; the message (`detail`)
names the remedy and never repeats content, identities or keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: where (a dotted path into the request) and why, never the rejected value."""

    location: str
    reason: str


class MemsvcError(Exception):
    """Base of all deliberate errors; `detail` is safe to show to any caller."""

    code = "internal"
    title = "Internal error"
    status = 500

    def __init__(
        self,
        detail: str = "",
        *,
        violations: Sequence[Violation] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.violations = tuple(violations)
        self.retry_after = retry_after


class InvalidRequest(MemsvcError):
    code, title, status = "invalid_request", "The request is not valid", 422

    @classmethod
    def at(cls, location: str, reason: str) -> InvalidRequest:
        """The error for one field."""
        return cls(f"{location}: {reason}", violations=[Violation(location, reason)])


class IdempotencyMismatch(InvalidRequest):
    code, title = "idempotency_mismatch", "The Idempotency-Key was used with another body"


class Unauthenticated(MemsvcError):
    code, title, status = "unauthenticated", "A valid API key is required", 401


class Forbidden(MemsvcError):
    code, title, status = "forbidden", "The key's role does not allow this", 403


class StaleForm(Forbidden):
    code, title = "stale_form", "The form is out of date"


class ForeignOrigin(Forbidden):
    code, title = "foreign_origin", "This did not come from the dashboard"


class ForeignHost(Forbidden):
    code, title = "foreign_host", "The service does not answer to this name"


class NotFound(MemsvcError):
    code, title, status = "not_found", "Not found", 404


class WrongMethod(MemsvcError):
    code, title, status = "method_not_allowed", "The address does not take this", 405


class AlreadyExists(MemsvcError):
    code, title, status = "already_exists", "The id is taken by other content", 409


class SeveralPeople(MemsvcError):
    code, title, status = "several_people", "The identities belong to several people", 409


class WrongState(MemsvcError):
    code, title, status = "wrong_state", "The request is not in a state for this", 409


class PreconditionFailed(MemsvcError):
    code, title, status = "precondition_failed", "The memory has changed since you read it", 412


class TooLarge(MemsvcError):
    code, title, status = "too_large", "The request is over a limit", 413


class TooManyRequests(MemsvcError):
    code, title, status = "rate_limited", "Too many requests", 429


class NotOffered(MemsvcError):
    code, title, status = "not_offered", "There is no such thing here", 501


class Unavailable(MemsvcError):
    code, title, status = "unavailable", "The service cannot answer now", 503


class EmbeddingUnavailable(Unavailable):
    code, title = "embedding_unavailable", "The embedding backend did not answer"


class RerankerUnavailable(Unavailable):
    code, title = "reranker_unavailable", "The re-ranker did not answer"


class JudgeUnavailable(Unavailable):
    code, title = "judge_unavailable", "The model that judges, reads or curates gave no answer"


class StorageFull(MemsvcError):
    code, title, status = "storage_full", "The disk is full; nothing was stored", 507


class StartupError(MemsvcError):
    code, title = "startup", "The service cannot start"


class BackupUnusable(StartupError):
    code, title = "backup_unusable", "The backup cannot be taken or restored"


class TransferUnusable(StartupError):
    code, title = "transfer_unusable", "The export cannot be written or imported"


class SourceUnusable(TransferUnusable):
    code, title = "source_unusable", "The other store cannot be read"


class DistributionRefused(StartupError):
    code, title = "distribution_refused", "The tables cannot be distributed"


class SchemaOutdated(StartupError):
    code, title = "schema_outdated", "The database schema is not this version's"


class ModelMismatch(StartupError):
    code, title = "model_mismatch", "Stored vectors come from another model"


class ModelMissing(StartupError):
    code, title = "model_missing", "A model cannot be loaded"


class LedgerUnusable(StartupError):
    code, title = "ledger_unusable", "The ledger of erasures cannot be used"


class KeysDamaged(StartupError):
    code, title = "keys_damaged", "The key material is missing or damaged"

"""Every route of the service that the client speaks, and which of them may be repeated."""

from __future__ import annotations

from types import NoneType

from memsvc.client import models
from memsvc.client.retrying import Repeat
from memsvc.client.route import Route

_AGENT = "/v1/agents/{agent_id}"
_MEMORY = f"{_AGENT}/memories/{{memory_id}}"
_SESSION = f"{_AGENT}/sessions/{{session_id}}"
_MARKS = f"{_AGENT}/marked-sources"
_RUNS = f"{_AGENT}/consolidations"
_BEHAVIORS = f"{_AGENT}/behaviors"
_BEHAVIOR = f"{_BEHAVIORS}/{{behavior_name}}"
_HANDBOOK = f"{_AGENT}/handbook"
_TRACE = f"{_AGENT}/traces/{{trace_id}}"
_REQUESTS = "/v1/forget-requests"
_REQUEST = f"{_REQUESTS}/{{request_id}}"

# Memories
WRITE = Route("POST", f"{_AGENT}/memories", models.WriteAnswer, Repeat.KEYED)
LIST_MEMORIES = Route("GET", f"{_AGENT}/memories", models.MemoryPage)
READ_MEMORY = Route("GET", _MEMORY, models.Memory)
# Repeated, it would undo what another changed meanwhile.
CHANGE_MEMORY = Route("PATCH", _MEMORY, models.Memory)
DELETE_MEMORY = Route("DELETE", _MEMORY, NoneType, Repeat.SAFE)
# Repeated, it would erase what was written meanwhile by whom it selects. Ids select the same again,
# and to count erases nothing.
FORGET = Route("POST", f"{_AGENT}/forget", models.Forgotten)
FORGET_THE_SAME = Route("POST", f"{_AGENT}/forget", models.Forgotten, Repeat.SAFE)
FEEDBACK = Route("POST", f"{_AGENT}/feedback", models.FeedbackAnswer, Repeat.KEYED)
FORECAST = Route("GET", f"{_AGENT}/forecast", models.Forecast)
HISTORY = Route("GET", f"{_MEMORY}/history", models.History)
LINEAGE = Route("GET", f"{_MEMORY}/lineage", models.Lineage)
RESTORE = Route("POST", f"{_MEMORY}/restore", models.Memory)

# Asking
SEARCH = Route("POST", f"{_AGENT}/search", models.Hits, Repeat.SAFE)
CONTEXT = Route("POST", f"{_AGENT}/context", models.Context, Repeat.SAFE)
PROFILE = Route("GET", f"{_AGENT}/profile", models.Profile)
CONFLICTS = Route("GET", f"{_AGENT}/conflicts", models.ConflictPage)
RESOLVE = Route("POST", f"{_AGENT}/conflicts/{{conflict_id}}/resolve", models.Resolved)
HYGIENE = Route("GET", f"{_AGENT}/hygiene", models.Hygiene)

# Sessions
COMPLETE = Route("POST", f"{_SESSION}/subgoals/{{name}}/complete", models.Memory)
WORKING_MEMORY = Route("GET", f"{_SESSION}/working-memory", models.WorkingMemory)

# Agents
READ_AGENT = Route("GET", _AGENT, models.AgentCard)
# As with a memory that is changed: another may have configured it meanwhile.
CONFIGURE = Route("PUT", _AGENT, models.AgentCard)

# Marked sources. What is marked already keeps its mark.
MARK = Route("POST", _MARKS, models.Marked, Repeat.SAFE)
LIST_MARKS = Route("GET", _MARKS, models.MarkList)
UNMARK = Route("DELETE", f"{_MARKS}/{{mark_id}}", models.Unmarked)
ROLL_SOURCE_BACK = Route("POST", f"{_MARKS}/{{mark_id}}/rollback", models.SourceRolledBack)

# Consolidation
START_RUN = Route("POST", _RUNS, models.Run)
PLAN_RUN = Route("POST", _RUNS, models.Plan, Repeat.SAFE)
LIST_RUNS = Route("GET", _RUNS, models.RunList)
READ_RUN = Route("GET", f"{_RUNS}/{{run_id}}", models.Run)
ROLL_RUN_BACK = Route("POST", f"{_RUNS}/{{run_id}}/rollback", models.Run)

# Traces
ADD_TRACE = Route("POST", f"{_AGENT}/traces", models.TraceWritten, Repeat.KEYED)
LIST_TRACES = Route("GET", f"{_AGENT}/traces", models.TracePage)
READ_TRACE = Route("GET", _TRACE, models.Trace)
REFLECTION_PROMPT = Route("GET", f"{_TRACE}/reflection-prompt", models.Prompt)
CURATION_PROMPT = Route("POST", f"{_TRACE}/curation-prompt", models.Prompt, Repeat.SAFE)

# Behaviors
PROPOSE = Route("POST", _BEHAVIORS, models.Proposals, Repeat.KEYED)
LIST_BEHAVIORS = Route("GET", _BEHAVIORS, models.BehaviorList)
READ_BEHAVIOR = Route("GET", _BEHAVIOR, models.BehaviorHistory)
EDIT_BEHAVIOR = Route("PATCH", _BEHAVIOR, models.StandingBehavior)
APPROVE = Route("POST", f"{_BEHAVIOR}/approve", models.StandingBehavior)
RETIRE = Route("POST", f"{_BEHAVIOR}/retire", models.StandingBehavior)
PUT_BACK = Route("POST", f"{_BEHAVIOR}/rollback", models.StandingBehavior)

# Handbook
READ_HANDBOOK = Route("GET", _HANDBOOK, models.HandbookBook)
HANDBOOK_FILE = Route("GET", _HANDBOOK, str)
HANDBOOK_VERSIONS = Route("GET", f"{_HANDBOOK}/versions", models.HandbookVersions)
HANDBOOK_DIFF = Route("GET", f"{_HANDBOOK}/diff", models.HandbookDiff)
IMPORT_HANDBOOK = Route("POST", f"{_HANDBOOK}/import", models.Imported)
ROLL_HANDBOOK_BACK = Route("POST", f"{_HANDBOOK}/rollback", models.RolledBack)
PLAN_HANDBOOK = Route("POST", f"{_HANDBOOK}/consolidations", models.HandbookPlan, Repeat.SAFE)
CONSOLIDATE_HANDBOOK = Route("POST", f"{_HANDBOOK}/consolidations", models.HandbookPlan)
REFLECT = Route("POST", f"{_HANDBOOK}/reflections", models.Reflection)
OFFER = Route("POST", f"{_HANDBOOK}/search", models.Offer, Repeat.SAFE)
# The same told again changes nothing.
OUTCOME = Route(
    "POST", f"{_HANDBOOK}/offers/{{offer_id}}/outcome", models.OfferOutcome, Repeat.SAFE
)
REPORT = Route("GET", f"{_HANDBOOK}/report", models.HandbookReport)

# Forget requests. An order goes with an id, by which a repetition is known.
ORDER = Route("POST", _REQUESTS, models.ForgetRequest, Repeat.SAFE)
DRY_RUN = Route("POST", _REQUESTS, models.DryRun, Repeat.SAFE)
LIST_REQUESTS = Route("GET", _REQUESTS, models.ForgetRequestPage)
PREVIEW = Route("POST", f"{_REQUESTS}/preview", models.Preview, Repeat.SAFE)
READ_REQUEST = Route("GET", _REQUEST, models.ForgetRequest)
RECEIPT = Route("GET", f"{_REQUEST}/receipt", models.Receipt)
CONFIRM = Route("POST", f"{_REQUEST}/confirm", models.ForgetRequest)
CANCEL = Route("POST", f"{_REQUEST}/cancel", models.ForgetRequest)
HOLD = Route("POST", f"{_REQUEST}/hold", models.ForgetRequest)
RELEASE = Route("POST", f"{_REQUEST}/release", models.ForgetRequest)
REJECT = Route("POST", f"{_REQUEST}/reject", models.ForgetRequest)
EXTEND = Route("POST", f"{_REQUEST}/extend", models.ForgetRequest)
VERIFY = Route("POST", f"{_REQUEST}/verify", models.ForgetRequest)

# People
ALIASES = Route("POST", "/v1/subjects/aliases", models.Aliases, Repeat.SAFE)
LOOKUP = Route("POST", "/v1/subjects/lookup", models.Subject, Repeat.SAFE)
EXPORT = Route("POST", "/v1/subjects/export", str, Repeat.SAFE)
RECTIFY = Route("POST", "/v1/subjects/rectify", models.RectifyAnswer)
RESTRICT = Route("POST", "/v1/subjects/restrict", models.Restriction, Repeat.SAFE)
READMIT = Route("POST", "/v1/subjects/readmit", models.Readmitted)

# Administration
LIST_KEYS = Route("GET", "/v1/keys", models.KeyList)
# A second key would be one that nobody knows of.
CREATE_KEY = Route("POST", "/v1/keys", models.NewKey)
REVOKE_KEY = Route("DELETE", "/v1/keys/{key_id}", NoneType, Repeat.SAFE)
AUDIT = Route("GET", "/v1/audit", models.AuditPage)
CHECKPOINT = Route("GET", "/v1/audit/checkpoint", models.Checkpoint)
AGENT_STATISTICS = Route("GET", f"{_AGENT}/stats", models.AgentStatistics)
STATISTICS = Route("GET", "/v1/stats", models.TenantStatistics)
TIMELINE = Route("GET", "/v1/stats/timeseries", models.Timeline)
HEALTH = Route("GET", "/healthz", models.Health)
READY = Route("GET", "/readyz", models.Readiness)
METRICS = Route("GET", "/metrics", str)

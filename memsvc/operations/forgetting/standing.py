"""Standing: where a request stands, step by step, and what may be decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from memsvc.core.forget_request import OVER, UNDER_WAY, RequestStatus, Step
from memsvc.operations.forgetting.decide import WAITING, is_whole
from memsvc.store.forget_requests import RequestRow


class StepStatus(StrEnum):
    """How far a step is."""

    DONE = "done"
    NEXT = "next"
    """The one that is worked at."""
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class StandingStep:
    """One step of a request; `at` is when it was done."""

    name: Step
    status: StepStatus
    at: datetime | None


class Decision(StrEnum):
    """What somebody may decide about a request."""

    CONFIRM = "confirm"
    EXTEND = "extend"
    HOLD = "hold"
    RELEASE = "release"
    VERIFY = "verify"
    CANCEL = "cancel"
    REJECT = "reject"


def steps_of(request: RequestRow) -> list[StandingStep]:
    """The steps of a request, in order."""
    done = done_at(request)
    left = [step for step in Step if step not in done]
    at_work = left[0] if left and request.status not in OVER else None

    def status(step: Step) -> StepStatus:
        if step in done:
            return StepStatus.DONE
        return StepStatus.NEXT if step is at_work else StepStatus.WAITING

    return [StandingStep(step, status(step), done.get(step)) for step in Step]


def done_at(request: RequestRow) -> dict[Step, datetime]:
    """When each step was done, of those that are."""
    steps = request.progress["steps"]
    return {Step(name): datetime.fromisoformat(at) for name, at in steps.items()}


def goes_on(request: RequestRow) -> bool:
    """Whether the service works at it by itself."""
    return request.status in UNDER_WAY


def open_decisions(request: RequestRow, now: datetime) -> list[Decision]:
    """What may be decided about a request as it stands; another decision is refused."""
    is_held = request.status is RequestStatus.HELD
    is_over = request.status in OVER
    whole = is_whole(request)
    allowed = {
        Decision.CONFIRM: request.status in WAITING,
        Decision.EXTEND: not request.extended and not is_over and now <= request.due_at,
        Decision.HOLD: whole and not is_held,
        Decision.RELEASE: is_held,
        Decision.VERIFY: request.status is RequestStatus.FAILED,
        Decision.CANCEL: whole,
        Decision.REJECT: whole,
    }
    return [one for one in Decision if allowed[one]]

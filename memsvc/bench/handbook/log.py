"""What happened in simulated worlds, and what was true of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memsvc.bench.handbook.population import Floats, Ints, Population
from memsvc.core.handbook.choosing import OFFERED
from memsvc.core.handbook.effects import NOBODY
from memsvc.core.handbook.offered import OfferOutcome


@dataclass(slots=True)
class Log:
    """What happened, and what was true of it. W worlds, T tasks, k offered.

    `lines` (W, T, k) numbers what was offered, NOBODY filling up and for held-out tasks; `wanted`
    is how likely success was with what was, or would have been, offered; `plain` without; `best`
    with the truly best. Likewise a task takes `plain_output` and `plain_input` tokens on average
    without; with it `output_factor` times, and `extra_input` more.
    """

    task_class: Ints
    held_out: NDArray[np.bool_]
    lines: Ints
    cited: NDArray[np.bool_]
    success: Floats
    output_tokens: Ints
    input_tokens: Ints
    wanted: Floats
    plain: Floats
    best: Floats
    plain_output: Floats
    plain_input: Floats
    output_factor: Floats
    extra_input: Floats


def empty_log(people: Population, draws: list[np.random.Generator]) -> Log:
    """A log of tasks that wait to be done, their classes drawn."""
    setting = people.setting
    shape = len(draws), setting.tasks
    of = np.stack([draw.integers(0, setting.classes, setting.tasks) for draw in draws])
    column = np.arange(len(draws))[:, None]
    return Log(
        task_class=of,
        held_out=np.zeros(shape, bool),
        lines=np.full((*shape, OFFERED), NOBODY, np.int16),
        cited=np.zeros((*shape, OFFERED), bool),
        success=np.zeros(shape),
        output_tokens=np.zeros(shape, np.int64),
        input_tokens=np.zeros(shape, np.int64),
        wanted=np.zeros(shape),
        plain=np.zeros(shape),
        best=np.zeros(shape),
        plain_output=people.output_tokens[column, of],
        plain_input=people.input_tokens[column, of],
        output_factor=np.zeros(shape),
        extra_input=np.zeros(shape),
    )


def outcomes(log: Log, world: int) -> list[OfferOutcome]:
    """The log of one world as the service would have it, without the truth."""
    columns = (log.task_class, log.held_out, log.success, log.input_tokens, log.output_tokens)
    told = zip(*(column[world].tolist() for column in columns), strict=True)
    return [
        OfferOutcome(
            class_name(of),
            tuple(name_of(line) for line in lines if line != NOBODY),
            held,
            success,
            input_tokens,
            output_tokens,
            frozenset(name_of(line) for line, it_is in zip(lines, cited, strict=True) if it_is),
        )
        for (of, held, success, input_tokens, output_tokens), lines, cited in zip(
            told, log.lines[world].tolist(), log.cited[world].tolist(), strict=True
        )
    ]


def name_of(line: int) -> str:
    """The name of a behavior."""
    return f"behavior_{line:04}"


def line_of(name: str) -> int:
    """The number of a behavior."""
    return int(name.rpartition("_")[2])


def class_name(of: int) -> str:
    """The name of a task class, as their numbers order them."""
    return f"class_{of:03}"

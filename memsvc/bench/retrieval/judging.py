"""Rankings and contexts held against the evidence, group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import fmean

from memsvc.bench.retrieval.asking import Answers, Context
from memsvc.bench.retrieval.dialogs import Dialog
from memsvc.bench.retrieval.quality import Quality, Ranking
from memsvc.bench.retrieval.report import ALL, ANSWERABLE, BudgetUse, System


@dataclass(frozen=True, slots=True)
class Judge:
    """Knows, for the questions of all dialogs in a row, the memories that hold the evidence.

    `groups` names the places of their questions; none is empty.
    """

    evidence: Sequence[Set[str]]
    groups: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, dialogs: Sequence[Dialog], told: Sequence[Answers]) -> Judge:
        """Evidence that was said before in other turns counts as theirs."""
        asked = [
            (question, one.kept)
            for dialog, one in zip(dialogs, told, strict=True)
            for question in dialog.questions
        ]
        groups: dict[str, list[int]] = {ALL: [], ANSWERABLE: []}
        groups |= {name: [] for name in sorted({question.category for question, _ in asked})}
        for place, (question, _) in enumerate(asked):
            groups[ALL].append(place)
            groups[question.category].append(place)
            if not question.adversarial:
                groups[ANSWERABLE].append(place)
        return cls(
            evidence=[{kept[turn] for turn in question.evidence} for question, kept in asked],
            groups={name: places for name, places in groups.items() if places},
        )

    def system(self, name: str, rankings: Sequence[Ranking]) -> System:
        """The quality of rankings, one a question."""
        judged = list(zip(rankings, self.evidence, strict=True))
        groups = {
            group: Quality.of([judged[place] for place in places])
            for group, places in self.groups.items()
        }
        return System(name, groups)

    def budget_use(self, budget: int, contexts: Sequence[Context]) -> BudgetUse:
        """What contexts of one budget, one a question, use and cite."""
        shares = [
            len(evidence & context.cited) / len(evidence)
            for evidence, context in zip(self.evidence, contexts, strict=True)
        ]
        cited = {
            group: fmean(shares[place] for place in places) for group, places in self.groups.items()
        }
        return BudgetUse(budget, fmean(context.tokens for context in contexts), cited)

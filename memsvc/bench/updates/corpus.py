"""What is written and asked: facts that are updated, facts that are not, and pairs that look alike.

Lines of JSON. The project's own corpus lies beside this module; a file of others, such as edits of
MQuAKE, gives `kind`, `v1`, `question` and one `v2_…` for each way of saying the new value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from memsvc.bench.client import LoadFailed
from memsvc.bench.updates.rewordings import Rewordings

FOLDER = Path(__file__).parent
WORDINGS = "v2_"


@dataclass(frozen=True, slots=True)
class Update:
    """A fact, what became of it, said in several ways, and what is asked."""

    before: str
    after: Mapping[str, str]
    questions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Control:
    """A fact that nothing updates, and what is asked."""

    content: str
    question: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Updates, controls, and pairs of statements that both hold."""

    updates: list[Update] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    alike: list[tuple[str, str, str]] = field(default_factory=list)
    """Family, one, other."""

    @property
    def wordings(self) -> list[str]:
        """The ways of saying the new value that some update has."""
        return sorted({name for one in self.updates for name in one.after})


def own(split: str) -> Corpus:
    """The project's own, `dev` or `heldout`."""
    corpus = Corpus()
    for one in lines(FOLDER / "updates.jsonl"):
        if one["split"] == split:
            corpus.updates.append(_update(one))
    for one in lines(FOLDER / "controls.jsonl"):
        if one["split"] == split:
            corpus.controls.append(Control(one["content"], one["question"]))
    for one in lines(FOLDER / "lookalikes.jsonl"):
        if one["split"] == split:
            corpus.alike.append((one["family"], one["one"], one["other"]))
    return corpus


def of_file(path: Path, split: str) -> Corpus:
    """Updates and controls of a file; raises LoadFailed when it is not as it should be.

    Facts that begin as one of the project's rewordings are told in those words, too, of a split.
    """
    corpus = Corpus()
    reworded = Rewordings(lines(FOLDER / "rewordings.jsonl"), split)
    for one in lines(path):
        try:
            if one["kind"] == "update":
                update = _update(one)
                told, aside = reworded.of(one["v1"], one["old"], one["new"])
                corpus.updates.append(replace(update, after={**update.after, **told}))
                if aside is not None:
                    corpus.alike.append(("aside", one["v1"], aside))
            else:
                corpus.controls.append(Control(one["v1"], one["question"]))
        except KeyError as missing:
            raise LoadFailed(f"{path.name}: a line has no field {missing}") from missing
    if not corpus.updates:
        raise LoadFailed(f"{path.name} holds no updates")
    return corpus


def _update(one: Mapping[str, Any]) -> Update:
    after = {name: text for name, text in one.items() if name.startswith(WORDINGS)}
    questions = {name: text for name, text in one.items() if name.startswith("question")}
    return Update(one["v1"], after, questions)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file, one a line; raises LoadFailed when it cannot be read so."""
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)
    except (OSError, ValueError) as error:
        raise LoadFailed(f"{path} cannot be read as lines of JSON") from error

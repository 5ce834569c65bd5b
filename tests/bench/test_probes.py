"""The probes, on a small scale with the test double of a model."""

from __future__ import annotations

import random
from dataclasses import replace

import orjson
import pytest

from memsvc.bench.client import LoadFailed
from memsvc.bench.probes.agent import Answer
from memsvc.bench.probes.measure import (
    Dependence,
    ProbeOptions,
    ProbeReport,
    Recall,
    chance_of_higher,
    overlap,
    recall,
    run,
)
from memsvc.bench.probes.report import plots, render, shown
from memsvc.bench.probes.told import NOISES, Teller, noisy
from memsvc.bench.verdicts import verdicts

HASHING = {"MEMSVC_EMBEDDING__BACKEND": "hashing"}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ProbeReport:
    out = tmp_path_factory.mktemp("probes") / "figures.json"
    found = run(ProbeOptions(12, environment=HASHING, out=out))
    assert orjson.loads(out.read_bytes())["probes"] == 12
    return found


def test_what_was_told_is_recognised_recalled_and_kept(report: ProbeReport) -> None:
    assert report.recognition > 0.9
    assert report.alone.ten == 1
    assert report.unlike.recall.ten > 0.8
    assert report.within.ten >= report.beside.ten - 0.2


def test_noise_of_each_kind_is_measured(report: ProbeReport) -> None:
    assert set(report.noise) == set(NOISES)
    assert all(0 <= one.overlap <= 1 for one in report.noise.values())
    assert report.noise["small letters, no signs"].recall.ten > 0.8


def test_without_the_memories_answers_are_as_if_they_had_never_been(report: ProbeReport) -> None:
    told = report.dependence
    assert told.told > 0.8
    assert told.erased == told.never < told.told
    assert report.passed
    leaking = replace(report, dependence=Dependence(1.0, 0.5, 0.5, 2))
    assert not leaking.passed
    assert [one.passed for one in (*shown(report).checks, *shown(leaking).checks)] == [True, False]
    assert "2  at most 0  MISS" in "\n".join(verdicts(shown(leaking).checks))


def test_the_table_has_every_figure(report: ProbeReport) -> None:
    table = render(report)
    assert all(f"question with {kind}" in table for kind in NOISES)
    assert f"{report.recognition:.3f} (told above" in table
    names = [row[0] for row in shown(report).tables[0].rows]
    assert [line.split(" | ")[0] for line in table.splitlines()[5 : 5 + len(names)]] == [
        f"| {name}" for name in names
    ]
    assert all(f">{name}</text>" in plots(report)[0].svg for name in names)
    assert table.endswith("\npassed")
    assert render(replace(report, dependence=Dependence(1, 1, 0, 1))).endswith("NOT PASSED")


def test_a_server_that_refuses_is_named() -> None:
    with pytest.raises(LoadFailed, match="refused"):
        run(ProbeOptions(4, environment={**HASHING, "MEMSVC_LIMITS__BODY_BYTES": "20"}))


def test_statements_are_about_pairs_of_their_own_and_look_alikes_share_one_half() -> None:
    teller = Teller(3)
    told = teller.tell(40)
    alike = teller.alike(told)
    others = teller.tell(40)

    pairs = [(one.person, one.thing) for one in (*told, *alike, *others)]
    assert len(set(pairs)) == len(pairs)
    for at, one in enumerate(told):
        assert one.answer in one.content
        assert one.person in one.question
        assert alike[2 * at].thing == one.thing
        assert alike[2 * at + 1].person == one.person
    assert Teller(3).tell(40) == told != Teller(4).tell(40)


@pytest.mark.parametrize("kind", NOISES)
def test_noise_changes_questions_alone_and_always_the_same_way(kind: str) -> None:
    told = Teller(1).tell(20)
    changed = [noisy(one, kind, 1) for one in told]

    assert [one.content for one in changed] == [one.content for one in told]
    assert [one.question for one in changed] != [one.question for one in told]
    assert changed == [noisy(one, kind, 1) for one in told]


def test_typos_swap_letters_and_words_keep_their_first() -> None:
    typed = NOISES["typos"]("Where does Valentina keep the telescope", random.Random(2)).split()
    plain = ["Where", "does", "Valentina", "keep", "the", "telescope"]

    assert typed != plain
    assert [sorted(one) for one in typed] == [sorted(one) for one in plain]
    assert [one[0] for one in typed] == [one[0] for one in plain]


def test_figures_are_what_they_say() -> None:
    answers = [Answer(["a", "b"], [0.9, 0.1]), Answer(["a", "b"], [0.9, 0.1]), Answer([], [])]

    assert recall(["a", "b", "a"], answers) == Recall(first=1 / 3, ten=2 / 3)
    assert chance_of_higher([0.9, 0.5], [0.5, 0.1]) == (1 + 1 + 0.5 + 1) / 4
    assert overlap(["a", "b"], ["b", "c"]) == 0.5
    assert overlap([], ["b"]) == 1.0

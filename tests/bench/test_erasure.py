"""The erasure benchmark against real servers, small: what it sees, writes down and draws."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from memsvc.bench.client import LoadFailed
from memsvc.bench.erasure import measure
from memsvc.bench.erasure.databases import postgresql
from memsvc.bench.erasure.measure import ErasureOptions, render, run, sizes_of
from memsvc.bench.erasure.others import measure_others
from memsvc.bench.erasure.rivals import RIVALS
from memsvc.bench.erasure.scanning import Needles
from memsvc.bench.erasure.shown import plots, shown
from memsvc.cli.commands import app
from tests.bench.pages import cells

# A small person, few others.
SIZES = (6, 60)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "SHORT", SIZES)
    monkeypatch.setattr("memsvc.bench.erasure.latency.QUIET_S", 0.5)


def options(tmp_path: Path, *parts: str) -> ErasureOptions:
    return ErasureOptions(tmp_path, parts, sizes=[(150, 50)], backend="hashing")


def test_the_residue_of_each_scope_is_seen_before_and_gone_after(tmp_path: Path) -> None:
    report = run(options(tmp_path, "residue"))
    sealed, plain = report.cells
    assert (sealed.tier, plain.tier) == ("shred", "store")

    # A look that finds everything where nothing is sealed would have found it here.
    assert plain.is_sound
    assert plain.before.within("data") > plain.canaries
    assert {"utf-8", "float32-le"} <= {shape for _, shape in plain.before.found}
    assert plain.after.within("data") == plain.after.within("logs") == 0
    assert plain.after.within("backup") > 0
    assert all(look.total == 0 for look in sealed.looks.values())
    assert [sealed.left, plain.left] == [0, 0]

    opened = sealed.opened
    assert opened is not None
    assert opened.with_keys_then >= 4 * SIZES[0]
    assert opened.with_keys_left == 0
    assert opened.others > 0
    assert [sealed.shown, plain.shown, sealed.restored, plain.restored] == [0, 0, 0, 0]
    assert report.passed
    assert "backup, utf-8" in render(report)
    assert [check.passed for check in report.checks] == [True] * 3
    assert "store, sqlite" in cells(shown(report), plots(report))


def test_what_was_forgotten_is_kept_out_until_it_is_readmitted(tmp_path: Path) -> None:
    report = run(options(tmp_path, "relearning"))
    told = report.relearning
    assert told is not None
    assert told.readmitted == {"added": told.turns}
    assert report.passed
    back = replace(told, replayed={"suppressed": told.turns - 2, "added": 2}, found=3)
    assert [one.value.median for one in replace(report, relearning=back).checks] == [2, 3]
    assert any("20 suppressed" in note for note in shown(report).notes)


def test_a_person_is_forgotten_among_others_on_time(tmp_path: Path) -> None:
    out, plot = tmp_path / "erasure.json", tmp_path / "erasure.svg"
    chosen = ErasureOptions(
        tmp_path, ["latency"], sizes=[(150, 50)], backend="hashing", out=out, plot=plot
    )
    report = run(chosen)
    [one] = report.latencies
    assert (one.others, one.of_person, one.shown_after) == (150, 50, 0)
    assert 0 <= one.restricted_s <= one.erased_s <= one.purged_s <= one.verified_s <= one.closed_s
    assert one.rewrite_s > 0
    assert one.meanwhile.searches > 0
    assert one.meanwhile.writes > 0
    assert 0 < one.meanwhile.search_p50 <= one.meanwhile.search_p99 <= one.meanwhile.search_longest
    written = json.loads(out.read_text())
    assert written["latencies"][0]["of_person"] == 50
    assert [one["passed"] for one in written["checks"]] == [True] * 3
    assert "<svg" in plot.read_text()
    assert "50 among 150" in render(report)
    assert "50 among 150, meanwhile" in cells(shown(report), plots(report))


def test_other_stores_that_are_not_installed_are_said_to_be_so() -> None:
    # This interpreter without its packages has none of them.
    python = f"{sys.base_prefix}/bin/python3"
    stores = measure_others(lambda texts: [[1.0, 0.5, 0.25]] * len(texts), 2, python, print)
    assert [store.name for store in stores] == list(RIVALS)
    assert all(store.version or not store.left for store in stores)


def test_needles_are_found_by_place_and_shape_and_counted_once(tmp_path: Path) -> None:
    needles = Needles()
    needles.add_text("said", "0123456789ab keeps a secret")
    needles.add_vector("vector", [0.5, 0.25, -0.75, 0.125])
    for name in ("one", "two"):
        (tmp_path / "here").mkdir(exist_ok=True)
        (tmp_path / "here" / name).write_bytes(b"... 0123456789ab keeps a secret ...")
    look = needles.look({"here": tmp_path / "here", "there": tmp_path / "nowhere"})
    assert look.found["here", "utf-8"] == 1
    assert look.names == {"said"}
    assert look.files == 2
    assert look.within("there") == 0


def test_what_cannot_be_measured_is_said(tmp_path: Path) -> None:
    with pytest.raises(LoadFailed, match="no sizes"):
        sizes_of("many")
    with (
        pytest.raises(LoadFailed, match="does not answer"),
        postgresql("postgresql://127.0.0.1:9/x"),
    ):
        pass
    plot = ErasureOptions(tmp_path, [], plot=tmp_path / "none.svg")
    with pytest.raises(LoadFailed, match="measure them, too"):
        run(plot)


@pytest.mark.parametrize(("parts", "named"), [("nonsense,latency", "nonsense"), (" , ", "name a")])
def test_parts_that_there_are_not_are_refused(parts: str, named: str) -> None:
    refused = CliRunner().invoke(app, ["bench", "erasure", "--parts", parts])

    assert refused.exit_code == 2
    assert named in refused.output
    assert all(part in refused.output for part in measure.PARTS)

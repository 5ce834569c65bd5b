"""What is shipped: sources, a wheel made from them, an image without what only the export needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from memsvc.bench.replicas.balancer import CONFIGURATION
from memsvc.config import Settings
from memsvc.store.database import READERS
from memsvc.store.pgvector.connections import CONNECTIONS
from tests.serving.server import Server

ROOT = Path(__file__).parents[2]
SERVICE = "memsvc"
MOST_CONNECTIONS = 3 * READERS + 1 + 6 + 3 * CONNECTIONS + 1
"""Of a process: readers in a burst, the writer, and claims and upkeep; those of indexes."""
RESERVED = 10
"""For superusers, and for whoever looks after the database."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    ran = subprocess.run(build, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    [found] = built.glob("memsvc-*.whl")
    return found


def test_the_sources_are_those_that_are_kept(built: Path) -> None:
    """Nothing that lies about: no data, no environment, no build output."""
    [found] = built.glob("memsvc-*.tar.gz")
    with tarfile.open(found) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    kept = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert names - set(kept.stdout.split()) == {"PKG-INFO"}
    assert {"memsvc/cli/commands.py", "migrations/env.py", "README.md", "LICENSE"} <= names


def test_the_wheel_holds_the_package_and_its_migrations(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "memsvc/py.typed" in names
    assert "memsvc/cli/commands.py" in names
    assert "memsvc/deploy/haproxy.cfg" in names
    assert any(re.fullmatch(r"memsvc/_migrations/versions/0001\w*\.py", name) for name in names)
    assert not [name for name in names if name.startswith("tests")]


def test_the_wheel_holds_all_that_the_dashboard_shows(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shown = [
        path.relative_to(ROOT).as_posix()
        for folder in ("templates", "static")
        for path in (ROOT / "memsvc" / "dashboard" / folder).rglob("*")
        if path.is_file()
    ]
    assert names >= set(shown)
    vendored = {name.rpartition("/")[2].partition("-")[0] for name in shown if ".min.js" in name}
    assert vendored == {"htmx", "chart"}
    for name in vendored:
        assert f"memsvc/dashboard/static/vendor/{name}.LICENSE" in names


def test_an_installed_wheel_starts_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--target"]
    subprocess.run([*install, str(site), str(wheel)], check=True, timeout=120)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import memsvc; "
        f"assert memsvc.__file__.startswith({str(site)!r}); from memsvc.cli import main; main()"
    )
    ran = subprocess.run(
        # -I keeps the checkout off the path; what it depends on comes from this environment.
        [sys.executable, "-I", "-c", code, "migrate", "--data-dir", str(tmp_path / "data")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Database migrated." in ran.stderr


def test_the_dockerfile_is_sound() -> None:
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    ran = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stdout


def test_the_image_gets_all_that_its_build_copies() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, re.MULTILINE)
        for name in line.split()[:-1]
    }
    sent = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)


def left_out() -> list[str]:
    [names] = re.findall(r"pip uninstall --yes (.*)", (ROOT / "Dockerfile").read_text())
    return [name.replace("-", "_").replace("scikit_learn", "sklearn") for name in names.split()]


def test_the_server_needs_nothing_that_the_image_leaves_out(
    started: Server, tmp_path: Path
) -> None:
    blocker = tmp_path / "blocker"
    blocker.mkdir()
    (blocker / "sitecustomize.py").write_text(
        f"import sys\nfor name in {left_out()!r}:\n    sys.modules[name] = None\n"
    )
    data = tmp_path / "data"
    models = tmp_path / "models"
    shutil.copytree(started.folder / "models", models)
    server = Server(
        data,
        tmp_path,
        PYTHONPATH=f"{blocker}:{ROOT}",
        MEMSVC_EMBEDDING__BACKEND="onnx",
        MEMSVC_EMBEDDING__MODEL_DIR=str(models),
    )
    assert server.ask("POST", "/memories", {"memories": [{"content": "It works."}]}).is_success
    assert server.ask("POST", "/search", {"query": "does it work?"}).json()["results"]
    server.stop()
    assert not (data / "models").exists()


def test_secrets_come_as_files(tmp_path: Path) -> None:
    (tmp_path / "memsvc_root_key").write_text("a-root-key\n")
    (tmp_path / "memsvc_database_url").write_text("postgresql://u:p@h/d")
    settings = Settings(_secrets_dir=tmp_path)
    assert settings.root_key.get_secret_value() == "a-root-key"
    assert settings.url == "postgresql://u:p@h/d"


def composition() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def test_the_composition_fits_together() -> None:
    compose = composition()
    fields = {f"{SERVICE}_{name}" for name in Settings.model_fields}
    for service in compose["services"].values():
        assert set(service.get("secrets", ())) <= compose["secrets"].keys()
        mounted = [volume.partition(":")[0] for volume in service.get("volumes", ())]
        assert {name for name in mounted if name[0] != "."} <= compose["volumes"].keys()
        assert all((ROOT / name).is_file() for name in mounted if name[0] == ".")
        assert set(service.get("depends_on", ())) <= compose["services"].keys()
    ours = [one for name, one in compose["services"].items() if name.startswith(SERVICE)]
    assert len(ours) == 4
    for one in ours:
        assert set(one["secrets"]) <= fields
        assert {name.lower() for name in one["environment"]} <= fields
        assert one["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert "healthcheck" in compose["services"]["postgres"]
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_three_replicas_stand_behind_the_balancer() -> None:
    services = composition()["services"]
    balancer, configuration = services["balancer"], CONFIGURATION.read_text()
    replicas = {name: one for name, one in services.items() if name.startswith(f"{SERVICE}-")}
    # Each with a ledger of its own, and all with the balancer, only where they are asked for.
    assert len({tuple(one["volumes"]) for one in replicas.values()}) == len(replicas) == 3
    assert all(one["profiles"] == ["replicas"] for one in [*replicas.values(), balancer])
    assert "profiles" not in services[SERVICE]
    assert set(balancer["depends_on"]) == set(replicas)
    given = balancer["environment"]
    assert set(re.findall(r"\$\{(\w+)\}", configuration)) == set(given)
    named = {value.partition(":")[0] for name, value in given.items() if "REPLICA" in name}
    assert named == set(replicas)
    assert str(CONFIGURATION.relative_to(ROOT)) in balancer["volumes"][0]
    # Longer than the balancer takes to notice, and shorter than Docker waits.
    for one in replicas.values():
        drain, grace = float(one["environment"]["MEMSVC_DRAIN_S"]), one["stop_grace_period"]
        assert drain >= 3
        assert drain + Settings().shutdown_s < float(grace.removesuffix("s"))


def test_the_database_has_connections_for_all_processes() -> None:
    services = composition()["services"]
    [most] = re.findall(r"max_connections=(\d+)", " ".join(services["postgres"]["command"]))
    processes = sum(
        int(one["environment"]["MEMSVC_WORKERS"])
        for name, one in services.items()
        if name.startswith(SERVICE)
    )
    assert processes * MOST_CONNECTIONS <= int(most) - RESERVED

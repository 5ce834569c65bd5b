"""Residue in files: found wherever it lies, and never "clean" without having looked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memsvc.core.residue import all_shapes, shapes, vector_shapes
from memsvc.operations.scan import BLOCK_BYTES, Hit, Scan, residue
from memsvc.operations.scan_apart import residue_apart
from memsvc.operations.unpack import MAGIC_BYTES, kind_of

TEXT = "canary walks by the quay"
NEEDLES = all_shapes({"canary": TEXT, "other": "nobody ever wrote this"})
NOBODY = 65534
RAW = b"\0" * 777 + TEXT.encode() + b"\0" * 777


def zipped(raw: bytes, way: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", way) as archive:
        archive.writestr("first", b"nothing here")
        archive.writestr("second", raw)
        archive.writestr("third", b"nor here")
    return file.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
}


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def look(place: Path, *without: Path) -> Scan:
    return residue(NEEDLES, [place], without)


def test_a_file_is_named_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "file").write_bytes(noise(5000) + TEXT.encode())
    (tmp_path / "clean").write_bytes(noise(5000))
    scan = look(tmp_path)

    assert Hit(Path("deep/er/file"), "canary", "utf-8", 5000) in scan.hits
    assert scan.found == {"canary"}
    assert not scan.clean
    assert (scan.files, scan.bytes) == (2, 10_000 + len(TEXT))
    assert scan.needles == sum(map(len, NEEDLES.values()))
    assert scan.seconds > 0


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(noise(3 * BLOCK_BYTES + 17))
    (tmp_path / "near").write_bytes(TEXT[:10].encode() + b"|" + TEXT[11:].encode())
    (tmp_path / "empty").touch()
    for name, pack in PACKED.items():
        (tmp_path / name).write_bytes(pack(noise(1000)))
    scan = look(tmp_path)

    assert scan.clean
    assert scan.files == 3 + len(PACKED)
    assert scan.unpacked == len(PACKED) * 1000 + len(b"nothing herenor here")


@pytest.mark.parametrize("shape", shapes(TEXT))
def test_every_shape_is_found(tmp_path: Path, shape: str) -> None:
    (tmp_path / "file").write_bytes(noise(999) + NEEDLES["canary"][shape] + noise(99))

    assert shape in {hit.shape for hit in look(tmp_path / "file").hits if hit.offset == 999}


def test_a_vector_is_found(tmp_path: Path) -> None:
    needles = vector_shapes([0.1, 0.2, 0.3, 0.4])
    (tmp_path / "file").write_bytes(noise(9) + needles["float16-le"] + noise(9))

    [hit] = residue({"vector": needles}, [tmp_path]).hits
    assert (hit.needle, hit.shape, hit.offset) == ("vector", "float16-le", 9)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("before", [0, 1, 2, 3, 12, len(TEXT) - 1, len(TEXT)])
def test_it_is_found_across_the_borders_of_blocks(
    tmp_path: Path, before: int, pack: Callable[[bytes], bytes]
) -> None:
    offset = 2 * BLOCK_BYTES - before
    (tmp_path / "file").write_bytes(pack(bytes(offset) + TEXT.encode() + bytes(5)))

    assert offset in {hit.offset for hit in look(tmp_path).hits if hit.shape == "utf-8"}


@pytest.mark.parametrize("kind", PACKED)
def test_it_is_found_in_what_is_compressed(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_bytes(PACKED[kind](RAW))
    scan = look(tmp_path)

    assert Hit(Path("file"), "canary", "utf-8", 777, (kind,)) in scan.hits
    assert scan.unopened == ()


@pytest.mark.parametrize("inner", PACKED)
@pytest.mark.parametrize("outer", ["gzip", "bz2", "xz", "zip"])
def test_it_is_found_in_what_is_compressed_twice(tmp_path: Path, outer: str, inner: str) -> None:
    (tmp_path / "file").write_bytes(PACKED[outer](PACKED[inner](RAW)))
    scan = look(tmp_path)

    assert Hit(Path("file"), "canary", "utf-8", 777, (outer, inner)) in scan.hits
    assert scan.unopened == ()


def test_what_is_compressed_too_often_is_not_called_clean(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(gzip.compress(bz2.compress(lzma.compress(RAW))))
    scan = look(tmp_path)

    assert (scan.hits, scan.unopened, scan.clean) == ((), (Path("file"),), False)


def encrypted() -> bytes:
    """An archive whose headers say that its member takes a password."""
    raw = bytearray(zipped(RAW, zipfile.ZIP_STORED).replace(TEXT.encode(), b"?" * len(TEXT)))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + flags] |= 1
            at = raw.find(signature, at + 1)
    return bytes(raw)


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(noise(1000))[:-300],
        bz2.compress(noise(1000))[:-300],
        lzma.compress(noise(1000))[:-300],
        zipped(noise(1000))[:-30],
        gzip.compress(noise(1000))[:-8] + bytes(8),
        b"PK\x03\x04" + noise(100),
        b"BZh" + noise(100),
        encrypted(),
        b"\x04\x22\x4d\x18" + noise(100),
        b"7z\xbc\xaf\x27\x1c" + noise(100),
        gzip.compress(b"Rar!\x1a\x07" + noise(100)),
    ],
)
def test_what_cannot_be_unpacked_is_not_called_clean(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    scan = look(tmp_path)

    assert (scan.hits, scan.unopened, scan.clean) == ((), (Path("file"),), False)


def test_the_readable_part_of_damaged_content_is_looked_at(tmp_path: Path) -> None:
    whole = gzip.compress(RAW + noise(3 * BLOCK_BYTES))
    (tmp_path / "file").write_bytes(whole[:-1000])
    scan = look(tmp_path)

    assert scan.found == {"canary"}
    assert scan.unopened == (Path("file"),)


def test_two_bytes_of_zlib_by_chance_are_no_archive(tmp_path: Path) -> None:
    (tmp_path / "clean").write_bytes(b"\x78\x9c" + noise(100))
    assert look(tmp_path).clean

    (tmp_path / "dirty").write_bytes(b"\x78\x9c" + noise(100) + RAW)
    scan = look(tmp_path)
    assert scan.found == {"canary"}
    assert scan.unopened == ()


def test_zstd_is_opened_or_named(tmp_path: Path) -> None:
    # One frame with one raw block, whose size takes three bytes.
    size = len(RAW) << 3 | 1
    frame = b"\x28\xb5\x2f\xfd\0\x58" + size.to_bytes(3, "little") + RAW
    (tmp_path / "file").write_bytes(frame)
    scan = look(tmp_path)

    assert scan.found == {"canary"}
    assert bool(scan.unopened) == (sys.version_info < (3, 14))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells the peak")
def test_memory_is_bounded_for_what_unpacks_to_much(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "file", "wb", compresslevel=1) as file:
        for _ in range(64):
            file.write(bytes(BLOCK_BYTES))
        file.write(TEXT.encode())
    code = (
        "import re, sys; from pathlib import Path; "
        "from memsvc.operations.scan import residue; "
        "status = Path('/proc/self/status'); "
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', status.read_text())[1]); "
        "before = peak(); "
        f"scan = residue({NEEDLES!r}, [Path(sys.argv[1])]); "
        "assert scan.found == {'canary'}; "
        "print(peak() - before)"
    )
    grown = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert int(grown.stdout) * 1024 < 24 * BLOCK_BYTES


def test_names_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / f"of {TEXT}").mkdir()
    (tmp_path / f"of {TEXT}" / "file").touch()
    [hit, *_] = look(tmp_path).hits

    assert (hit.path, hit.offset, hit.inside) == (Path(f"of {TEXT}"), 3, ("name",))


def test_links_pipes_and_sockets_are_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "file").write_bytes(RAW)
    (inside / "link").symlink_to(outside / "file")
    (inside / "folder").symlink_to(outside)
    (inside / "round").symlink_to(inside)
    (inside / "nowhere").symlink_to(inside / "not there")
    os.mkfifo(inside / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(inside)  # the path of a socket may have a hundred bytes
        listening.bind("socket")
        scan = look(inside)

    assert scan.clean
    assert scan.files == 0
    assert look(inside / "link").found == {"canary"}


def test_what_is_left_out_is_not_read(tmp_path: Path) -> None:
    for name in ("models", "data"):
        (tmp_path / name / "below").mkdir(parents=True)
        (tmp_path / name / "below" / "file").write_bytes(RAW)

    scan = look(tmp_path, tmp_path / "models")
    assert {hit.path for hit in scan.hits} == {Path("data/below/file")}
    assert scan.files == 1
    assert look(tmp_path, tmp_path / "models", tmp_path / "data/below/file").clean
    assert look(tmp_path / "models", tmp_path / "models").files == 0
    assert look(tmp_path, tmp_path / "not there").files == 2


def test_a_file_that_goes_meanwhile_is_counted(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as large:
        large.truncate(64 * BLOCK_BYTES)
    going = tmp_path / "b"
    scan = look(tmp_path)
    for _ in range(50):
        going.touch()
        # While the large file before it is read.
        timer = threading.Timer(0.005, going.unlink)
        timer.start()
        scan = look(tmp_path)
        timer.join()
        if scan.vanished:
            break

    assert (scan.files, scan.vanished, scan.clean) == (1, 1, True)


def test_a_place_that_is_not_there_is_not_clean(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        look(tmp_path / "misspelt")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="neither a file nor a folder"):
        look(tmp_path / "pipe")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file whose reading fails")
def test_a_file_that_cannot_be_read_is_not_clean() -> None:
    with pytest.raises(OSError, match="Input/output error"):
        look(Path("/proc/self/mem"))


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder that everybody can reach, in the eyes of one who may not read everything."""
    with tempfile.TemporaryDirectory() as name:
        folder, before = Path(name), os.geteuid()
        folder.chmod(0o755)
        (folder / "folder").mkdir()
        (folder / "file").touch()
        yield folder
        os.seteuid(before)
        (folder / "folder").chmod(0o700)


@pytest.mark.parametrize("name", ["file", "folder"])
def test_what_may_not_be_read_is_not_clean(as_nobody: Path, name: str) -> None:
    (as_nobody / name).chmod(0)
    if os.geteuid() == 0:
        os.seteuid(NOBODY)

    with pytest.raises(PermissionError):
        look(as_nobody)
    assert look(as_nobody, as_nobody / name).clean


def test_a_short_needle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="6 bytes"):
        residue({"name": {"utf-8": b"Ann"}}, [tmp_path])
    with pytest.raises(ValueError, match="6 bytes"):
        residue_apart({"name": {"utf-8": b"Ann"}}, [tmp_path])


def test_apart_it_finds_the_same(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "file").write_bytes(RAW)
    (tmp_path / "file").write_bytes(RAW)
    here, apart = (
        scan(NEEDLES, [tmp_path], [tmp_path / "models"]) for scan in (residue, residue_apart)
    )

    assert apart.hits == here.hits != ()
    assert (apart.files, apart.bytes, apart.needles) == (here.files, here.bytes, here.needles)


def test_apart_it_fails_the_same(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        residue_apart(NEEDLES, [tmp_path / "misspelt"])
    with pytest.raises(TimeoutError):
        residue_apart(NEEDLES, [tmp_path], timeout_s=0.001)


@pytest.mark.parametrize(("scan", "kept"), [(residue, False), (residue_apart, True)])
def test_only_apart_a_database_that_is_open_keeps_its_locks(
    tmp_path: Path, scan: Callable[..., Scan], kept: bool
) -> None:
    """POSIX drops all locks of a process on a file as soon as it closes the file once."""
    path = tmp_path / "data.db"
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE t (x)")
        database.execute("BEGIN IMMEDIATE")
        scan(NEEDLES, [tmp_path])
        code = (
            "import sqlite3, sys; "
            "sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
        )
        second = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
        )
    finally:
        database.close()

    assert ("database is locked" in second.stderr) == kept


@pytest.mark.parametrize("kind", PACKED)
def test_kinds_are_told_by_their_first_bytes(kind: str) -> None:
    told = kind_of(PACKED[kind](b"x")[:MAGIC_BYTES])

    assert told is not None
    assert told.name == kind
    assert kind_of(b"SQLite format 3") is None
    assert kind_of(b"") is None

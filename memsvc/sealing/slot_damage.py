"""What can be wrong with a slot file, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from memsvc.errors import KeysDamaged, Unavailable
from memsvc.sealing.slot_format import SlotState, payload_of, state_of


def cut_off(path: Path, held: int, handed_out: int) -> KeysDamaged:
    """The file is shorter than its header says."""
    return KeysDamaged(
        f"{path} is cut off: it has {held} of {handed_out} slots; restore it from the key backup"
    )


def unreadable(slot: int, path: Path) -> KeysDamaged:
    """The slot's bytes are neither a key nor the mark of a destroyed one."""
    return KeysDamaged(
        f"slot {slot} of {path.name} is damaged: restore {path.name} from the key backup, or"
        " forget the memory it belongs to"
    )


def never_written(slot: int, path: Path) -> KeysDamaged:
    """The database knows a slot that the file does not."""
    return KeysDamaged(
        f"slot {slot} of {path.name} was never written: the file is older than the database;"
        " restore the newest key backup"
    )


def replaced(path: Path) -> KeysDamaged:
    """The path names another file by now, or the same one with an older content."""
    return KeysDamaged(
        f"{path.name} was removed or replaced while in use: restart the service, after restoring"
        " the file from the key backup if it is gone"
    )


def judged(slot: int, block: bytes, path: Path) -> dict[int, bytes]:
    """The payload by its slot, nothing of a shredded one; raises KeysDamaged for any other."""
    state = state_of(slot, block)
    if state is SlotState.DAMAGED and block:
        raise unreadable(slot, path)
    if state in (SlotState.DAMAGED, SlotState.UNWRITTEN):
        raise never_written(slot, path)
    return {slot: payload_of(block)} if state is SlotState.LIVE else {}


@contextmanager
def owed() -> Iterator[None]:
    """Tell what a failed shredding leaves: the rows are gone, their keys are still to go."""
    try:
        yield
    except (KeysDamaged, Unavailable) as error:
        raise type(error)(
            "What was to be deleted is deleted, but its keys are not destroyed yet; this is tried "
            f"again until it is done. {error.detail}",
            retry_after=error.retry_after,
        ) from error


def lost_writes(path: Path) -> KeysDamaged:
    """A flush failed: nobody knows what of it reached the disk."""
    return KeysDamaged(
        f"the disk did not keep what was written to {path.name}: check the disk and"
        " restart the service"
    )

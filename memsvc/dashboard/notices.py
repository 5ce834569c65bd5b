"""What a page says about what was just done; addresses carry the name, never the words."""

from __future__ import annotations

NOTICES = {
    "signed-out": "You are signed out.",
    "pinned": "Pinned: the memory does not fade.",
    "unpinned": "No longer pinned: the memory fades with time.",
    "archived": "Archived: searches find the memory only when asked for archived ones.",
    "unarchived": "Active again: searches find the memory.",
    "erased": "Erased, with what was derived from it alone. Their keys are destroyed.",
    "kept-one": "Decided: what you kept holds, and the others are ended.",
    "kept-all": "Decided: all of them may hold.",
    "behavior-approved": "Approved: the behavior is offered from now on.",
    "behavior-retired": "Retired: the behavior is offered no more. It can be put back.",
    "behavior-put-back": "Put back: the behavior has the words and topics that it had then.",
    "handbook-rolled-back": "Rolled back, as a new version: that can be undone the same way.",
    "handbook-in-order": "Put in order, as a new version: that can be rolled back.",
    "handbook-was-in-order": "There was nothing to put in order any more.",
    "run-asked": "A run was asked for. It goes on by itself, whether or not anybody looks on.",
    "run-rolled-back": "Rolled back: what the run made is erased, what it ended stands again.",
    "ordered": "Ordered. Unless it waits to be confirmed, nobody is shown any of it any more.",
    "forget-confirm": "Confirmed: from now on nobody is shown any of it.",
    "forget-extend": "Extended: the longer time that the law allows runs.",
    "forget-hold": "Held: hidden from everybody, and kept until it is released.",
    "forget-release": "Released: it goes on from where it was.",
    "forget-verify": "It is verified anew.",
    "forget-cancel": "Called off: all is shown again, and what the request said is destroyed.",
    "forget-reject": "Refused: all of it is shown again. Of the request the reason alone is kept.",
}

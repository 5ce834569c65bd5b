"""What statements say: frames, the slots they fill, and which values are the same.

A frame is read from the words alone, by lists and patterns of English: no model, no state.
Where a reading is doubtful there is no frame, for a false conflict hides what holds.
"""

from memsvc.core.frames.frame import Frame, Relation
from memsvc.core.frames.reading import frames_of
from memsvc.core.frames.same import same_value
from memsvc.core.frames.slots import between, relation, slots_of

__all__ = ["Frame", "Relation", "between", "frames_of", "relation", "same_value", "slots_of"]

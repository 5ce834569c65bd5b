"""Judges: what two texts have to do with each other, as a number. None is used unless it is set."""

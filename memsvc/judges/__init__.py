"""Judges: what two texts have to do with each other, and what one says. None unless it is set."""

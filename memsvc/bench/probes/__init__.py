"""How robustly what was said is found: cues, noise, crowding, other kinds, and nothing at all."""

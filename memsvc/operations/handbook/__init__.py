"""The behavior handbook of an agent: traces, behaviors, offers and what came of them."""

"""Topics: what people speak of, as words and example sentences. `core.topics` weighs them."""

"""How well policies of decay foretell which memories are used again."""

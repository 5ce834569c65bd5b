"""Operations: one verb per file; they open and commit transactions."""

"""The store: the only room that speaks SQL. Plain functions that take a transaction."""

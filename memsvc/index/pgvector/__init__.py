"""An index that lies in PostgreSQL, with pgvector: rows there, a search put together here."""

"""The dashboard: server-rendered pages for operators, beside the API and by the same operations."""

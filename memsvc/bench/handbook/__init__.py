"""What handbooks do to simulated agents whose behaviors have known effects."""

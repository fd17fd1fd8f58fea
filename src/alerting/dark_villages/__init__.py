"""Dark villages."""

"""Events: every kind once, with a typed payload."""

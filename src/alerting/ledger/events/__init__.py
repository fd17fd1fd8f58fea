"""The kinds of log entries, each with a typed payload."""

"""The office log, which records administrators' changes with old and new values."""

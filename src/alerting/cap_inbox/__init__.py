"""Cap inbox."""

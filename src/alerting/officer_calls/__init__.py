"""Officer calls."""

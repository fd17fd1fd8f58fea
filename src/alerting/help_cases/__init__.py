"""Help cases."""

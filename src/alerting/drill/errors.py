"""What ends a drill before its time."""


class DrillError(Exception):
    """The drill cannot go on; its message says why, and what to look at."""

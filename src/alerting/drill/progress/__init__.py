"""A drill's progress: the board's state, its log, milestones, and the terminal screen."""

"""Notes and proposals of other systems and of sensors, in one list for officers."""

"""Security events: the loop that stores them, refusals among them, and their list."""

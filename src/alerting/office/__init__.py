"""The office, where administrators keep the roster; each of their changes is logged."""

"""Exercises on record: which villages practised, when, and how fast."""

"""Exercises: plan them, raise them when due, and show which villages practised and how fast."""

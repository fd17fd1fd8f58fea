"""Divisions, households and officers. Knows nothing of alerts."""

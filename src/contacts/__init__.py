"""Divisions, households and officers. This package does not know about alerts."""

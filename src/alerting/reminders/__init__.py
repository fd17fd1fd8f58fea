"""Reminders, which send an alert again to silent households."""

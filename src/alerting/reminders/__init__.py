"""Reminders: an alert sent again to silent households."""

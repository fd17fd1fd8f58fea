"""The report of an alert, its bulletin, and its exported log."""

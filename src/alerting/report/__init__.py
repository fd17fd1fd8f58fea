"""The report on an alert, its bulletin, and the export of its log."""

"""The roll of an alert: its households with their evidence and standings, and the tallies."""

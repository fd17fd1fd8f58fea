"""The roll of an alert: its households, their evidence and standings, and tallies of them."""

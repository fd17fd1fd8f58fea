"""Alerts: preview, raising, correcting, closing, reopening and the all-clear."""

"""Readiness: which households an alert tonight would miss, and how long it would take."""

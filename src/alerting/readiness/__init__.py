"""Readiness: whom an alert tonight would miss, and how long until nobody is unaccounted for."""

"""Accounting for people: evidence about households, check-ins, visitors, and the audit."""

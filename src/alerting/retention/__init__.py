"""Retention: a finished alert's personal data is removed after the number of days in the policy."""

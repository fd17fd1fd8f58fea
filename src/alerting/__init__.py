"""Evacuation alerting, from a village informant's report to zero people unaccounted."""

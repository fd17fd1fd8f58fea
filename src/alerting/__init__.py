"""Evacuation alerting: from a village informant's report until nobody is unaccounted for."""

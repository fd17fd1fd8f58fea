"""Checks of settings, database, schema, providers, roster and clock, each with a remedy."""

"""Outgoing webhooks: events of the log, signed, to systems that others build."""

"""Outgoing webhooks: signed messages with log events, for other systems."""

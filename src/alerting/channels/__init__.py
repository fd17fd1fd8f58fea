"""Channels: clients of text and call providers."""

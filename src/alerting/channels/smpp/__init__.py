"""Smpp."""

"""Backups: one file for either database, which proves itself when it is restored."""

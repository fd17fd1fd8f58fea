"""Backups: one file for SQLite or PostgreSQL, which is verified when it is restored."""

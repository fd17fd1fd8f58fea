"""Backups: a backup of SQLite or PostgreSQL is one file, and is verified when it is restored."""

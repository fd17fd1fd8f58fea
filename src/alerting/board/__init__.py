"""Data of a command board over HTTP: curve, divisions, map and log."""

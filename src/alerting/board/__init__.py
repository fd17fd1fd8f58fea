"""Data of the command board: curve, divisions, map, log and next steps."""

"""Readiness: who would be missed tonight and why, and when nobody would be, by the roster."""

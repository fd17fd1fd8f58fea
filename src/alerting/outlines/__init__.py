"""Outlines of divisions, which maps draw with or without tiles."""

"""Outlines of divisions for maps, with or without map tiles."""

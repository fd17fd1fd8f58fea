"""Hazard points: named, saved areas, each with those whom it threatens."""

"""Hazard points: saved, named areas, each with the households that it threatens."""

"""Neighbours who look after silent households (中心户): whom they look after, and the question."""

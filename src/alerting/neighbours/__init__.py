"""Asks centre households (中心户) about the silent households that they look after."""

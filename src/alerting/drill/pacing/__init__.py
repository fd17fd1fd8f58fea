"""Adaptive drill speed: measures the service's lag, and slows the drill's clock accordingly."""

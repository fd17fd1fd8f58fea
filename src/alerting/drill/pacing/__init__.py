"""Adaptive drill speed: measures the service's lag and adjusts the clock to it."""

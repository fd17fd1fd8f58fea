"""Sensors: informants that are machines, whose readings tell, propose or raise alerts."""

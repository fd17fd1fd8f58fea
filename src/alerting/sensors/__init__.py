"""Sensors: machines whose readings inform officers, and may propose or raise alerts."""

"""Household page."""

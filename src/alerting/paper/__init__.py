"""Printed documents: a card for each household, and the roll with boxes to tick."""

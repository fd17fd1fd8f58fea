"""Predicts when nobody will be unaccounted for, as a range, from replies, doors and officers."""

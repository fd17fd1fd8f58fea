"""The log of administration: who changed what, from what to what."""

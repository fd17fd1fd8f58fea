"""The office: administrators keep the roster, and a log tells who changed what."""

"""Typesetting: a separate process makes a PDF from a template and data."""

"""Typesetting: data and a template become a PDF, in a process of its own."""

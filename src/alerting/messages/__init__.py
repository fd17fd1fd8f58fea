"""The wording of texts, calls and pages, in each language."""

"""Issuers that administrators name on a page, in place of the policy file's issuers."""

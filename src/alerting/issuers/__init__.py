"""The issuers that administrators name by page, over those of the policy file."""

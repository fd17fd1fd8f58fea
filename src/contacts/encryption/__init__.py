"""Encryption of columns with personal data: keys, cipher and column types."""

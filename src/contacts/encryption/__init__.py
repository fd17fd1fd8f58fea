"""Encryption of columns that hold what is personal: keys, cipher and column types."""

"""The policy: what a place decides for itself, in one TOML file."""

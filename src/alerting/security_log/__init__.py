"""The security log: sign-ins, refusals, exports and changes."""

"""CAP messages from other systems: receive, read, and act on them by the policy's rules."""

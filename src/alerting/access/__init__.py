"""Authentication of callers, officers' permissions, and revocation on open websockets."""

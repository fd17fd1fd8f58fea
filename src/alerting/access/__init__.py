"""Access: authentication, permissions, and revocation on open sockets."""

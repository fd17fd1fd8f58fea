"""Officers' credentials: bearer tokens, sign-in links, passkeys, recovery codes and sessions."""

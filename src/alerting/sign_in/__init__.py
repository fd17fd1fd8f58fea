"""Sign-in by texted link, passkey or recovery code, and the resulting sessions."""

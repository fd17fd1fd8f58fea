"""Sign-in by a link sent by text, and the sessions that it opens."""

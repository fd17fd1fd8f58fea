"""The first run: somebody sets up a new service in a browser, as its first administrator."""

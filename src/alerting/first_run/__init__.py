"""The first run: a service without officers is founded from a browser."""

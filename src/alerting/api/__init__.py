"""The HTTP and websocket API: pages, API documents, refusals, and the list of all routes."""

"""The HTTP and websocket API: each route parses, authorises, calls one service, and answers."""

"""The peer python-socketio: an event to all clients, under uvicorn."""

import socketio

from scripts.benches.fanout_uvicorn import serve


def main() -> None:
    """Serve until the standard input ends."""
    events = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
    serve(socketio.ASGIApp(events), lambda text: events.emit("alert", text))


if __name__ == "__main__":
    main()

"""The peer Django Channels under uvicorn and uvloop, the fastest way we know to run it."""

from scripts.benches.fanout_channels_board import application, publish
from scripts.benches.fanout_uvicorn import serve


def main() -> None:
    """Serve until the standard input ends."""
    serve(application(), publish)


if __name__ == "__main__":
    main()

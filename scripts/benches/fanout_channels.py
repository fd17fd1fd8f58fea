"""The peer Django Channels as its documentation installs it: under Daphne, with its defaults."""

import os

from daphne.server import Server, twisted_loop
from twisted.internet import reactor

from scripts.benches.fanout_channels_board import application, publish
from scripts.benches.fanout_peer import listener, obey


def main() -> None:
    """Serve until the standard input ends."""
    plug = listener()
    # Daphne closes the descriptor that it is given.
    endpoint = f"fd:fileno={os.dup(plug.fileno())}"
    server = Server(application(), endpoints=[endpoint], signal_handlers=False)

    async def talk() -> None:
        await obey(plug, publish)
        reactor.stop()

    talking = twisted_loop.create_task(talk())
    server.run()
    talking.result()


if __name__ == "__main__":
    main()

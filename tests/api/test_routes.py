"""The routes are ready before the first request: building them would hold the event loop up."""

import sys
from subprocess import run
from textwrap import dedent

_BUILDS = dedent("""
    from unittest.mock import patch
    from fastapi.routing import APIRoute
    from alerting.api.routes import ROUTES, build_routes

    asked = {"type": "http", "method": "GET", "path": "/api/alerts", "root_path": "", "headers": []}
    made = []
    handler = APIRoute.get_route_handler
    with patch.object(APIRoute, "get_route_handler", lambda self: made.append(1) or handler(self)):
        build_routes()
        built = len(made)
        for route in ROUTES:
            route.matches(asked)
    print(built > 100, len(made) - built)
""")


def test_first_request_builds_no_route() -> None:
    # Another process, because another test may have built the routes of this one.
    done = run((sys.executable, "-c", _BUILDS), capture_output=True, text=True, check=True)
    assert done.stdout == "True 0\n"

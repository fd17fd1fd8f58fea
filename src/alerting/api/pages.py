"""Routes that serve the built web pages: HTML, scripts, styles and images."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, status
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, RedirectResponse, Response
from sqlalchemy.exc import DBAPIError

import alerting
from alerting.access.callers import ROW

router = APIRouter(include_in_schema=False)

_DIST: Final = Path(alerting.__file__).parent / "web" / "dist"

_NOT_BUILT: Final = (
    "The pages are not built: reinstall the package, or run 'python scripts/web_build.py' in a "
    "checkout."
)

_FOREVER: Final = "public, max-age=31536000, immutable"

_ASK_FIRST: Final = "no-cache"

_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
"""Encodings and file suffixes, best first; the build writes these files beside each text file."""

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


def security_headers(public_url: str, *tiles_urls: str | None) -> dict[str, str]:
    """Return the headers that restrict a page to its own origin, except for map tiles."""
    here = urlsplit(public_url)
    socket = f"{'wss' if here.scheme == 'https' else 'ws'}://{here.netloc}"
    hosts = (urlsplit(url) for url in tiles_urls if url)
    tiles = dict.fromkeys(f" {there.scheme}://{there.netloc}" for there in hosts)
    policy = (
        "default-src 'self'",
        f"img-src 'self' data:{''.join(tiles)}",
        f"connect-src 'self' {socket}",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


async def _headers(request: Request) -> Mapping[str, str]:
    settings = request.app.state.settings
    return security_headers(settings.public_url, settings.tiles_url, settings.label_tiles_url)


Headers = Annotated[Mapping[str, str], Depends(_headers)]


_FILES: Final = {
    "/": "alerts.html",
    # The page itself asks the API which alerts the caller may see.
    f"/board/{{alert_id:{ROW}}}": "board.html",
    "/raise": "raise.html",
    "/doors": "doors.html",
    "/security": "security.html",
    "/sign-in": "sign-in.html",
    "/passkeys": "passkeys.html",
    "/setup": "setup.html",
    "/admin/start": "office.html",
    "/away": "away.html",
    "/admin/roster": "office.html",
    "/admin/households": "office.html",
    "/admin/divisions": "office.html",
    "/admin/policy": "office.html",
    "/admin/officers": "office.html",
    "/admin/duty": "office.html",
    "/admin/access": "office.html",
    "/admin/providers": "office.html",
    "/admin/texts": "office.html",
    "/admin/points": "office.html",
    "/admin/exercises": "office.html",
    "/admin/readiness": "office.html",
    "/admin/log": "office.html",
    "/api/reference": "reference.html",
    # The service worker keeps pages usable offline; a phone installs the officer's page by the
    # manifest.
    "/sw.js": "sw.js",
    "/manifest.webmanifest": "manifest.webmanifest",
    "/icon.svg": "icon.svg",
    "/icon-192.png": "icon-192.png",
    "/icon-512.png": "icon-512.png",
    "/icon-maskable-512.png": "icon-maskable-512.png",
    "/apple-touch-icon.png": "apple-touch-icon.png",
}
"""Built files whose names contain no hash, by URL path."""


async def get_file(request: Request, headers: Headers) -> Response:
    """Return the file at this path; '/' redirects to the first run while there are no officers."""
    if request.scope["route"].path == "/" and await _waits_for_its_founder(request):
        return RedirectResponse("/setup")
    return _file(request, _FILES[request.scope["route"].path], _ASK_FIRST, headers)


async def _waits_for_its_founder(request: Request) -> bool:
    try:
        is_open: bool = await request.app.state.first_run.is_open()
    except DBAPIError:
        # The page itself says that the database is unreachable.
        return False
    return is_open


for address in _FILES:
    router.add_api_route(address, get_file)


_AssetName = Annotated[str, PathParameter(max_length=100, pattern=r"^[\w.-]+$")]


@router.get("/assets/{name}")
async def get_asset(name: _AssetName, request: Request, headers: Headers) -> FileResponse:
    """Return a file whose name contains a hash of its content."""
    return _file(request, f"assets/{name}", _FOREVER, headers)


def _file(request: Request, name: str, cache: str, headers: Mapping[str, str]) -> FileResponse:
    """Answer with a built file in an encoding that the client accepts.

    Raises:
        HTTPException: 503 if the pages are not built, 404 if there is no such file.
    """
    file = _DIST / name
    if not _DIST.is_dir():
        raise HTTPException(status.HTTP_503_SERVICE_UNAVAILABLE, _NOT_BUILT)
    if not file.is_file() or file.suffix not in _TYPES:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"there is no file {name}")
    chosen, encoding = _compressed(file, request.headers.get("accept-encoding", ""))
    answer: dict[str, Any] = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    return FileResponse(
        chosen, headers={**headers, **answer, **encoding}, media_type=_TYPES[file.suffix]
    )


def _compressed(file: Path, accepted: str) -> tuple[Path, dict[str, str]]:
    """Return the file to send, with its Content-Encoding header if it is compressed.

    A 'q=0', which refuses an encoding, is ignored, because browsers do not send it.
    """
    taken = {each.split(";")[0].strip() for each in accepted.split(",")}
    for encoding, suffix in _ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if encoding in taken and packed.is_file():
            return packed, {"Content-Encoding": encoding}
    return file, {}

"""The pages: their HTML, scripts, styles and pictures, as the package build made them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, status
from fastapi.responses import FileResponse

import alerting

router = APIRouter(include_in_schema=False)

_DIST: Final = Path(alerting.__file__).parent / "web" / "dist"

_NOT_BUILT: Final = (
    "The pages are not built: install the package anew, or run 'python scripts/web_build.py' in a "
    "checkout."
)

_FOREVER: Final = "public, max-age=31536000, immutable"

_ASK_FIRST: Final = "no-cache"

_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
"""Best first; the build wrote a file of each beside every text."""

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


def security_headers(public_url: str, tiles_url: str | None) -> dict[str, str]:
    """Return what keeps a page to itself: everything comes from here, but a map's tiles."""
    here = urlsplit(public_url)
    socket = f"{'wss' if here.scheme == 'https' else 'ws'}://{here.netloc}"
    tiles = ""
    if tiles_url:
        there = urlsplit(tiles_url)
        tiles = f" {there.scheme}://{there.netloc}"
    policy = (
        "default-src 'self'",
        f"img-src 'self' data:{tiles}",
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
    return security_headers(settings.public_url, settings.tiles_url)


Headers = Annotated[Mapping[str, str], Depends(_headers)]


@router.get("/")
async def get_alert_list(request: Request, headers: Headers) -> FileResponse:
    """Return the page that lists the alerts."""
    return _file(request, "alerts.html", _ASK_FIRST, headers)


@router.get("/board/{alert_id:int}")
async def get_board(alert_id: int, request: Request, headers: Headers) -> FileResponse:
    """Return an alert's board; the page itself asks which alerts it may show."""
    return _file(request, "board.html", _ASK_FIRST, headers)


@router.get("/raise")
async def get_raise(request: Request, headers: Headers) -> FileResponse:
    """Return the page that raises an alert."""
    return _file(request, "raise.html", _ASK_FIRST, headers)


@router.get("/doors")
async def get_doors(request: Request, headers: Headers) -> FileResponse:
    """Return the page of an officer who goes from door to door."""
    return _file(request, "doors.html", _ASK_FIRST, headers)


@router.get("/sign-in")
async def get_sign_in(request: Request, headers: Headers) -> FileResponse:
    """Return the page that asks for a sign-in link."""
    return _file(request, "sign-in.html", _ASK_FIRST, headers)


@router.get("/sw.js")
async def get_service_worker(request: Request, headers: Headers) -> FileResponse:
    """Return the service worker, which keeps pages usable without a network."""
    return _file(request, "sw.js", _ASK_FIRST, headers)


@router.get("/manifest.webmanifest")
async def get_manifest(request: Request, headers: Headers) -> FileResponse:
    """Return what a phone must know to install the officer's page."""
    return _file(request, "manifest.webmanifest", _ASK_FIRST, headers)


@router.get("/icon.svg")
async def get_icon(request: Request, headers: Headers) -> FileResponse:
    """Return the picture that stands for the pages."""
    return _file(request, "icon.svg", _ASK_FIRST, headers)


@router.get("/assets/{name}")
async def get_asset(name: str, request: Request, headers: Headers) -> FileResponse:
    """Return a file whose name changes with what is in it."""
    return _file(request, f"assets/{name}", _FOREVER, headers)


def _file(request: Request, name: str, cache: str, headers: Mapping[str, str]) -> FileResponse:
    """Answer with a built file, compressed as the client takes it.

    Raises:
        HTTPException: 503 where the pages are not built, 404 where they have no such file.
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
    """Return the file to send, and the header that tells how it is compressed.

    A client that takes an encoding with 'q=0' does not; browsers write no such thing.
    """
    taken = {each.split(";")[0].strip() for each in accepted.split(",")}
    for encoding, suffix in _ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if encoding in taken and packed.is_file():
            return packed, {"Content-Encoding": encoding}
    return file, {}

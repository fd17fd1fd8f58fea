"""The built pages are served compressed, and are restricted to their own origin."""

import json
import re
import struct
from pathlib import Path
from typing import Final

import aiohttp
import pytest

import alerting
from alerting.api import pages
from alerting.api.pages import security_headers
from tests.support.running import Running

LANGUAGES: Final = tuple((Path(alerting.__file__).parent / "web/src/languages").iterdir())
"""Folders of the pages' texts, one per language."""
PNG: Final = b"\x89PNG\r\n\x1a\n"
ADDRESSES = (
    *("/", "/board/3", "/raise", "/doors", "/sign-in", "/away", "/setup"),
    *(
        "/admin/start",
        "/admin/roster",
        "/admin/households",
        "/admin/divisions",
        "/admin/policy",
        "/admin/officers",
        "/admin/duty",
        "/admin/access",
        "/admin/providers",
        "/admin/texts",
        "/admin/points",
        "/admin/exercises",
        "/admin/readiness",
        "/admin/log",
        "/api/reference",
    ),
)


async def fetched(
    service: Running, path: str, encoding: str = ""
) -> tuple[int, dict[str, str], str]:
    headers = {"Accept-Encoding": encoding}
    async with service.session.get(service.url + path, headers=headers) as answer:
        return answer.status, dict(answer.headers), await answer.text(errors="replace")


def test_only_map_tiles_come_from_another_origin(tmp_path: Path) -> None:
    tiles = ("https://tiles.example/{z}/{x}/{y}.png", "https://names.example/{z}/{x}/{y}")
    headers = security_headers("https://alarm.example", *tiles)
    policy = headers["Content-Security-Policy"].split("; ")
    assert "default-src 'self'" in policy
    assert "img-src 'self' data: https://tiles.example https://names.example" in policy
    assert "connect-src 'self' wss://alarm.example" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_without_map_tiles_nothing_comes_from_another_origin() -> None:
    policy = security_headers("http://127.0.0.1:8000", None)["Content-Security-Policy"]
    assert "img-src 'self' data:;" in policy
    assert re.findall(r"\w+://[^ ;]+", policy) == ["ws://127.0.0.1:8000"]


async def test_every_page_is_served_with_its_assets(service: Running) -> None:
    served: set[str] = set()
    for address in ADDRESSES:
        status, headers, html = await fetched(service, address)
        assert status == 200, address
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert headers["Cache-Control"] == "no-cache"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        needed = re.findall(r'(?:src|href)="([^"]+)"', html)
        assert len(needed) >= 4
        for each in {*needed} - served:
            assert each.startswith("/")
            assert (await fetched(service, each))[0] == 200, each
        served |= {*needed}


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("gzip, deflate, br, zstd", "br"), ("gzip;q=0.5", "gzip"), ("", None), ("zstd", None)],
)
async def test_assets_are_compressed_as_the_client_accepts(
    service: Running, accepted: str, expected: str | None
) -> None:
    asset = _asset_of((await fetched(service, "/doors"))[2])
    async with (
        aiohttp.ClientSession(service.url, auto_decompress=False) as session,
        session.get(asset, headers={"Accept-Encoding": accepted}) as answer,
    ):
        assert answer.headers.get("Content-Encoding") == expected
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        sent = len(await answer.read())
    whole = len((await fetched(service, asset))[2].encode())
    assert (sent < whole) is (expected is not None)


async def test_service_worker_covers_the_pages(service: Running) -> None:
    status, headers, script = await fetched(service, "/sw.js")
    assert (status, headers["Cache-Control"]) == (200, "no-cache")
    assert re.search("[`\"',]/doors[`\"',]", script)
    for language in LANGUAGES:
        # All languages are stored, so that a phone can change its language without a network.
        assert re.search(rf"/assets/texts\.{language.name}\.doors-[\w-]+\.js", script)
    assert _asset_of((await fetched(service, "/doors"))[2]) in script
    status, headers, _ = await fetched(service, "/manifest.webmanifest")
    assert (status, headers["Content-Type"]) == (200, "application/manifest+json")


async def test_manifest_lists_icons_in_the_sizes_of_home_screens(service: Running) -> None:
    manifest = json.loads((await fetched(service, "/manifest.webmanifest"))[2])
    pictures = {each["src"]: each for each in manifest["icons"] if each["type"] == "image/png"}
    sizes = {"/apple-touch-icon.png": "180x180"} | {s: p["sizes"] for s, p in pictures.items()}
    assert {each["purpose"] for each in pictures.values()} == {"any", "maskable"}
    assert {"192x192", "512x512"} <= set(sizes.values())
    for address, size in sizes.items():
        async with service.session.get(service.url + address) as answer:
            assert (answer.status, answer.content_type) == (200, "image/png"), address
            picture = await answer.read()
        assert picture.startswith(PNG)
        width, height = struct.unpack(">II", picture[16:24])
        assert f"{width}x{height}" == size


@pytest.mark.parametrize(
    "path", ["/assets/none.js", "/assets/..%2Fsw.js", "/assets/%2e%2e%2f%2e%2e%2fpackage.json"]
)
async def test_other_files_are_not_served(service: Running, path: str) -> None:
    assert (await fetched(service, path))[0] == 404


async def test_unbuilt_pages_name_the_build_command(
    service: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pages, "_DIST", tmp_path / "dist")
    status, body = await service.get("/doors")
    assert status == 503
    assert "scripts/web_build.py" in body["detail"]


def _asset_of(html: str) -> str:
    found = re.search(r'src="(/assets/doors-[^"]+\.js)"', html)
    assert found
    return found[1]

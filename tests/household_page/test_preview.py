"""Preview of the household's page, before the alert is sent."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select, update

from alerting.ledger.tables import alerts
from contacts.tables import DIVISIONS
from tests.support.city import NEXT_VILLAGE, QIANFO
from tests.support.running import Running, request_for
from tests.support.signing_in import signed_in


async def looked_at(
    service: Running, officer: str = "informant", **fields: str
) -> tuple[int, Any, str]:
    """Request a preview for Qianfo with the form's fields; return status, headers and page."""
    request = request_for(QIANFO, event="滑坡", assembly_point=None)
    form = {"request": json.dumps(request), "language": "zh", "division": QIANFO} | fields
    headers = {"authorization": f"Bearer {service.tokens[officer]}"}
    url = f"{service.url}/api/alerts/preview/page"
    async with service.session.post(url, data=form, headers=headers) as answer:
        return answer.status, answer.headers, await answer.text()


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("诺江镇千佛村 · 滑坡", "村小学", "过桥左转")), ("en", ("landslide", "school"))],
)
async def test_preview_is_for_the_given_village_and_language(
    service: Running, language: str, words: tuple[str, ...]
) -> None:
    here = update(DIVISIONS).where(DIVISIONS.c.code == QIANFO)
    await service.change(here.values(assembly_point="村小学", route="过桥左转"))
    status, _, page = await looked_at(service, language=language)
    assert status == 200
    for each in words:
        assert each in page
    assert service.rows(select(func.count()).select_from(alerts)) == [(0,)]


async def test_preview_is_not_cached_and_its_buttons_send_nothing(service: Running) -> None:
    _, headers, page = await looked_at(service)
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].endswith("; sandbox")
    assert "?lang=" not in page


async def test_preview_is_refused_to_another_site(service: Running) -> None:
    token = (await signed_in(service, "informant")).token
    url = f"{service.url}/api/alerts/preview/page"
    form = {"request": json.dumps(request_for(QIANFO)), "language": "zh", "division": QIANFO}
    for origin, expected in ((service.url, 200), ("https://other.example", 403)):
        headers = {"cookie": f"alerting_session={token}", "origin": origin}
        async with service.session.post(url, data=form, headers=headers) as answer:
            assert answer.status == expected


@pytest.mark.parametrize(
    ("officer", "fields", "status", "named"),
    [
        ("informant", {"division": NEXT_VILLAGE}, 422, "division"),
        ("informant", {"language": "xx"}, 422, "language"),
        ("informant", {"request": "{"}, 422, "request"),
        ("informant", {"request": json.dumps(request_for())}, 422, "area"),
        ("next-grid", {}, 422, "area"),
        ("administrator", {}, 403, "administrator"),
    ],
)
async def test_preview_is_refused_if_the_alert_would_be(
    service: Running, officer: str, fields: dict[str, str], status: int, named: str
) -> None:
    refused, _, text = await looked_at(service, officer, **fields)
    assert refused == status
    assert named in text

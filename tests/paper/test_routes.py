"""Cards and rolls over HTTP: only for officers whose division covers the printed one."""

from tests.report.test_routes import status_of
from tests.support.city import CITY, QIANFO, TOWN
from tests.support.running import Running


async def test_cards_and_rolls_are_for_officers_of_the_division(service: Running) -> None:
    for paper in ("cards.pdf", "roll.pdf", "cards.pdf?per_page=2&lang=en"):
        assert await status_of(service, f"/api/divisions/{QIANFO}/{paper}", "grid") == 200
        assert await status_of(service, f"/api/divisions/{TOWN}/{paper}", "grid") == 404
        assert await status_of(service, f"/api/divisions/{CITY}/{paper}", "city-duty") == 200
    assert await status_of(service, f"/api/divisions/{QIANFO}/cards.pdf?per_page=3", "grid") == 422
    assert (await service.get(f"/api/divisions/{QIANFO}/roll.pdf"))[0] == 401


async def test_roll_of_an_alert_is_only_for_officers_whom_it_concerns(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    path = f"/api/alerts/{alert}/roll.pdf"
    assert await status_of(service, path, "grid") == 200
    assert await status_of(service, f"{path}?division={TOWN}", "grid") == 404
    assert await status_of(service, path, "far-commander") == 404


async def test_document_is_a_pdf_that_is_not_cached(service: Running) -> None:
    token = {"Authorization": f"Bearer {service.tokens['grid']}"}
    url = f"{service.url}/api/divisions/{QIANFO}/cards.pdf"
    async with service.session.get(url, headers=token) as answer:
        assert answer.content_type == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"] == f'inline; filename="cards-{QIANFO}.pdf"'
        assert (await answer.read()).startswith(b"%PDF")

"""The report over HTTP: who may read it, and in which language."""

from tests.support.city import QIANFO, TOWN
from tests.support.running import Running

PATHS = (
    "/alerts/{}/report",
    "/api/alerts/{}/report.pdf",
    "/api/alerts/{}/report.xlsx",
    "/api/alerts/{}/bulletin",
)


async def status_of(service: Running, path: str, officer: str) -> int:
    """Return the HTTP status of a response whose body may be binary."""
    token = {"Authorization": f"Bearer {service.tokens[officer]}"}
    async with service.session.get(service.url + path, headers=token) as answer:
        return answer.status


async def test_report_is_for_officers_whom_the_alert_concerns(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    for path in [each.format(alert) for each in PATHS]:
        assert await status_of(service, path, "grid") == 200
        assert await status_of(service, f"{path}?division={TOWN}", "city-duty") == 200
        assert await status_of(service, f"{path}?division={TOWN}", "grid") == 404
        assert await status_of(service, path, "far-commander") == 404
        assert (await service.get(path))[0] == 401


async def test_report_is_in_the_readers_language(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    for language, heading in (("en", "Report of the alert"), ("zh", "预警报告")):
        _, html = await service.get(f"/alerts/{alert}/report", "grid", lang=language)
        assert f"{heading}: " in html
        _, bulletin = await service.get(f"/api/alerts/{alert}/bulletin", "grid", lang=language)
        assert ("快报" in bulletin["text"]) == (language == "zh")
    assert (await service.get(f"/alerts/{alert}/report", "grid", lang="x" * 11))[0] == 422


async def test_pdf_is_shown_inline_and_not_cached(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    token = {"Authorization": f"Bearer {service.tokens['grid']}"}
    url = f"{service.url}/api/alerts/{alert}/report.pdf?lang=zh"
    async with service.session.get(url, headers=token) as answer:
        assert (answer.content_type, answer.headers["Cache-Control"]) == (
            "application/pdf",
            "no-store",
        )
        assert (await answer.read()).startswith(b"%PDF")


async def test_workbook_is_a_download(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    token = {"Authorization": f"Bearer {service.tokens['grid']}"}
    url = f"{service.url}/api/alerts/{alert}/report.xlsx"
    async with service.session.get(url, headers=token) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert f'filename="alert-{alert}.xlsx"' in answer.headers["Content-Disposition"]
        assert (await answer.read()).startswith(b"PK")

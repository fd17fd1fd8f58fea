"""Pages are complete in every language; the browser's language is chosen and can be changed."""

import re
import shutil
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, expect

from alerting.messages.languages import LANGUAGES as SPOKEN
from tests.browser.devices import DEVICES, PHONE
from tests.browser.languages import LANGUAGES, Language
from tests.browser.people import People
from tests.support.city import QIANFO, household_phone
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("device", [PHONE], indirect=True, ids=["phone"]),
]
OTHERS: Final = [
    language
    for language in LANGUAGES.values()
    if language.code not in {device.language for device in DEVICES}
]
"""The languages that no device has, so that the other browser tests do not use them."""

LOCALES: Final = {code: spoken.locale for code, spoken in SPOKEN.items()}
"""The locales of the languages in which people get texts."""


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an empty, migrated database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'alerting.db')}"


async def shows(page: Page, language: Language, name: str, key: str) -> None:
    """Wait until the page declares the language and shows one of its texts as a heading."""
    await expect(page.locator("html")).to_have_attribute("lang", language.locale)
    heading = page.get_by_role("heading", name=language.text(name, key), exact=True)
    await expect(heading).to_be_visible()


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
async def test_alert_is_raised_and_followed_in_the_browsers_language(
    people: People, service: Running, language: Language
) -> None:
    page = await people.opens("/raise", "informant", locale=language.locale)
    await shows(page, language, "raise.page", "title")
    await page.get_by_role("radio").first.check(force=True)
    await page.get_by_role("button", name=language.text("raise.page", "preview")).click()
    await page.get_by_role("button", name=language.text("raise.page", "sendExercise")).click()
    await expect(page).to_have_url(re.compile("/board/1$"))
    await shows(page, language, "board.actions", "title")
    number = page.locator(".headline strong")
    before = int(await number.inner_text())
    await service.text(household_phone(QIANFO, 3), "1")
    await expect(number).not_to_have_text(str(before))
    await page.goto("/doors")
    await shows(page, language, "doors.page", "title")


async def test_households_page_can_be_seen_before_sending(people: People) -> None:
    """The page's buttons send nothing."""
    people.watch.expected.append("Blocked form submission")
    page = await people.opens("/raise", "informant")
    await page.get_by_role("radio").first.check(force=True)
    await page.locator("button[type=submit]").click()
    for variant in await page.locator(".phone details").all():
        await variant.evaluate("one => (one.open = true)")
        code = await variant.locator(".bubble").first.get_attribute("lang")
        async with page.context.expect_page() as opened:
            await variant.locator("form button").click()
        shown = await opened.value
        await expect(shown.locator("html")).to_have_attribute("lang", LOCALES[code or ""])
        await expect(shown.locator("form button")).to_have_count(4)
        async with shown.expect_console_message(lambda said: "sandboxed" in said.text):
            await shown.locator("form button").first.click()
        await shown.close()


async def test_chosen_language_is_remembered_on_every_page(
    people: People, service: Running
) -> None:
    await service.raised("informant", QIANFO)
    page = await people.opens("/", "grid")
    for language in LANGUAGES.values():
        await page.locator("select.language").select_option(language.code)
        await shows(page, language, "alerts.page", "title")
    *_, last = LANGUAGES.values()
    await page.goto("/board/1")
    await shows(page, last, "board.actions", "title")
    await page.goto("/doors")
    await shows(page, last, "doors.page", "title")


async def test_browser_in_an_unknown_language_gets_the_services_language(people: People) -> None:
    page = await people.opens("/", "grid", locale="fr-FR")
    _, settings = await people.service.get("/api/settings", "grid")
    await shows(page, LANGUAGES[settings["home_language"]], "alerts.page", "title")


async def test_language_can_be_changed_without_a_network(people: People, service: Running) -> None:
    people.watch.expected.append("net::ERR_INTERNET_DISCONNECTED|net::ERR_FAILED")
    await service.raised("informant", QIANFO)
    page = await people.opens("/doors", "grid", service_workers="allow")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.context.set_offline(True)
    await page.reload()
    for language in LANGUAGES.values():
        await page.locator("select.language").select_option(language.code)
        await shows(page, language, "doors.page", "title")

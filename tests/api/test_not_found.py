"""An unknown address is a page in the reader's language for a browser, and JSON for a program."""

import aiohttp
from fastapi import FastAPI

from alerting.api import refusals
from alerting.api.problems import MEDIA_TYPE
from tests.support.running import serving

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_browser_gets_a_page_that_leads_to_the_alerts() -> None:
    app = FastAPI()
    refusals.install(app)
    async with serving(app) as url, aiohttp.ClientSession(headers=BROWSER) as session:
        for language, said in (("en-GB", "There is no such page"), ("zh-CN", "没有这个网页")):
            headers = {"Accept-Language": language}
            async with session.get(f"{url}/a/b", headers=headers) as answer:
                assert (answer.status, answer.content_type) == (404, "text/html")
                page = await answer.text()
                assert said in page
                assert 'href="/"' in page
                assert "Content-Security-Policy" in answer.headers


async def test_program_and_the_api_get_problem_details() -> None:
    app = FastAPI()
    refusals.install(app)
    async with serving(app) as url, aiohttp.ClientSession() as session:
        for path, headers in (("/a/b", {}), ("/api/b", BROWSER)):
            async with session.get(url + path, headers=headers) as answer:
                assert (answer.status, answer.content_type) == (404, MEDIA_TYPE)

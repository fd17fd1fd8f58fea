"""Runs axe-core, which finds barriers for users of screen readers, zoom or keyboards, in a page."""

from functools import cache
from pathlib import Path
from typing import Final

from playwright.async_api import Page

_FILE: Final = Path(__file__).parents[2] / "src/alerting/web/node_modules/axe-core/axe.min.js"
_RUN: Final = """async (rules) => {
  const chosen = rules ? {runOnly: rules} : {};
  const found = await axe.run({resultTypes: ["violations"], ...chosen});
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""


async def violations(page: Page, *rules: str) -> list[str]:
    """Return one line per violation that axe-core finds in the page as shown now.

    `rules` names the rules to run; without any, all run.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_source())
    found: list[str] = await page.evaluate(_RUN, list(rules) or None)
    return found


@cache
def _source() -> str:
    return _FILE.read_text(encoding="utf-8")

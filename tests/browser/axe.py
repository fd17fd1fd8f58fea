"""Runs axe-core, which finds barriers for users of screen readers, zoom or keyboards, in a page."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

_FILE: Final = Path(__file__).parents[2] / "src/alerting/web/node_modules/axe-core/axe.min.js"
_COLOURS: Final = "color-contrast"
"""The rule about colours, half of axe-core's time. A page has the same colours in any language."""
_RUN: Final = """async (chosen) => {
  const found = await axe.run({resultTypes: ["violations"], ...chosen});
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""


async def violations(page: Page, *rules: str, colours: bool = True) -> list[str]:
    """Return one line per violation that axe-core finds in the page as shown now.

    `rules` names the rules or rule sets to run; without any, all run. Without `colours`, the rule
    about colours does not run.
    """
    chosen: dict[str, Any] = {} if colours else {"rules": {_COLOURS: {"enabled": False}}}
    if rules:
        chosen["runOnly"] = rules
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_source())
    found: list[str] = await page.evaluate(_RUN, chosen)
    return found


async def violations_in_the_dark(page: Page) -> list[str]:
    """Return the violations of the rule about colours in the dark scheme."""
    await page.emulate_media(color_scheme="dark")
    return [f"in the dark: {line}" for line in await violations(page, _COLOURS)]


@cache
def _source() -> str:
    return _FILE.read_text(encoding="utf-8")

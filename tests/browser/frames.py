"""The frames of a board: the numbers that it shows, read after each repaint."""

from typing import Any, Final

from playwright.async_api import Page

Frame = dict[str, Any]
"""The sequence number of a board, and the missing people and calls for help in each of its parts.

A part without a number counts as 0.
"""

_READ: Final = """() => {
  const numbers = (one) => (one?.textContent.replaceAll(",", "").match(/\\d+/g) ?? []).map(Number);
  const first = (selector) => numbers(document.querySelector(selector))[0] ?? 0;
  const row = (standing) =>
    [...document.querySelectorAll(".standings tbody tr")]
      .find((one) => one.querySelector(`.is-${standing}`));
  const cells = (standing) => [...row(standing).querySelectorAll("td")].map((td) => numbers(td)[0]);
  const why = document.querySelector(".obstacles")?.textContent ?? "";
  const named = (pattern) => {
    const found = pattern.exec(why);
    return Number(found?.[1] ?? found?.[2] ?? 0);
  };
  return {
    seq: Number(document.querySelector(".board").dataset.seq),
    missing: {
      headline: first(".headline strong"),
      standings: cells("unaccounted")[0],
      obstacles: named(/(\\d+) 人去向未落实|(\\d+) (?:person|people)/),
      tree: first(".tree-part .missing [aria-hidden] b"),
    },
    help: {
      headline: document.querySelector(".headline.is-help") ? first(".condition") : 0,
      standings: cells("needs_help")[1],
      obstacles: named(/(\\d+) 户求助|(\\d+) calls? for help/),
      panel: first("#panel-help .panel-told"),
    },
  };
}"""

_RECORD: Final = f"""() => {{
  const read = {_READ};
  const frames = (window.framesRead = []);
  let isDue = false;
  const keep = () => {{
    isDue = false;
    frames.push(read());
  }};
  const look = () => {{
    if (!isDue) requestAnimationFrame(() => setTimeout(keep));
    isDue = true;
  }};
  const changes = {{ subtree: true, childList: true, characterData: true, attributes: true }};
  new MutationObserver(look).observe(document.body, changes);
  keep();
}}"""
_FOLDED: Final = ":is(.tree-part, .standings):not([open]) > summary"
_REACHED: Final = "(seq) => Number(document.querySelector('.board').dataset.seq) >= seq"


async def record(page: Page) -> None:
    """Unfold every part of the board that has numbers, and record its frames from now on."""
    await page.locator(".board").wait_for()
    await page.locator(_FOLDED).evaluate_all("(found) => found.forEach((one) => one.click())")
    for shown in (".tree-part .missing", ".standings tbody tr"):
        await page.locator(shown).first.wait_for()
    await page.evaluate(_RECORD)


async def reached(page: Page, seq: int) -> None:
    """Wait until the board shows this entry of the log."""
    await page.wait_for_function(_REACHED, arg=seq)


async def recorded(page: Page) -> list[Frame]:
    """Return the frames recorded so far; all numbers of a frame have the same sequence number.

    Raises:
        AssertionError: if a frame shows two different numbers for one thing.
    """
    frames: list[Frame] = await page.evaluate("window.framesRead")
    for frame in frames:
        for shown in (frame["missing"], frame["help"]):
            assert len(set(shown.values())) == 1, frame
    return frames

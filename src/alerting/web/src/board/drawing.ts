/** Helpers for tests that render components. */

import { signal } from "@preact/signals";
import { render, type JSX } from "preact";
import { act } from "preact/test-utils";
import type { ListedHouseholdBody, Standing } from "../api";
import type { Feed } from "../feed";
import type { Session } from "../session";
import { listedHome, type Home } from "./homes";

/** Time at which the alert was sent, in milliseconds. */
export const SENT = Date.parse("2026-08-29T05:10:00Z");

/** A session whose alert time is the device's time. */
export const SESSION: Session = {
  me: {
    id: "commander",
    name: "Example",
    role: "town_commander",
    division: "511921100",
    division_name: "诺江镇",
    tier: "town",
  },
  settings: {
    tiles_url: null,
    label_tiles_url: null,
    has_outlines: false,
    tiles_attribution: null,
    languages: {},
    time_zone: "Asia/Shanghai",
    target: 1800,
    instruction: "",
    hazards: [],
    home_language: "zh",
    sms_number: null,
    is_drill: false,
    clock_speed: 1,
    alert_now: "2026-08-29T05:00:00Z",
  },
  clock: { speed: 1, alert: 0, device: 0 },
};

/** A feed without messages. */
export const SILENT_FEED = {
  state: signal(null),
  listen: () => () => undefined,
} as unknown as Feed;

/** Render a component into an empty page. */
export async function drawn(page: JSX.Element): Promise<HTMLElement> {
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  await act(() => render(page, place));
  return place;
}

/** Press the button with this text or accessible name. */
export async function press(place: HTMLElement, words: string): Promise<void> {
  const button = [...place.querySelectorAll("button")].find(
    (each) => each.textContent?.includes(words) || each.getAttribute("aria-label") === words,
  );
  if (!button) throw new Error(`there is no button ${words}`);
  await act(() => button.click());
}

/** Return a household of a list, with two people. */
export function listedBody(code: string, standing: Standing): ListedHouseholdBody {
  return {
    code,
    division: code.slice(0, 12),
    head: `head ${code.slice(-4)}`,
    address: "1号",
    headcount: 2,
    language: "zh",
    vulnerable: "",
    persons: [],
    officer: null,
    added_by: null,
    standing,
    people: { unaccounted: standing === "unaccounted" ? 2 : 0 },
    verified: false,
    flagged: false,
    reason: "nothing_said",
    settled_by: null,
    last_word_at: null,
    allowed_actions: [],
  };
}

/** Return the same household as the board holds it. */
export function someHome(code: string, standing: Standing): Home {
  return listedHome(listedBody(code, standing));
}

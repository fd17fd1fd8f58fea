import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ListedAlertBody } from "../api";
import { speak } from "../language";
import type { Session } from "../session";
import { Alerts } from "./alerts";
import { parted, STALE_SECONDS } from "./list";

const NOW = Date.parse("2026-08-29T05:17:05+00:00");
const ALERT = {
  id: 1,
  number: 27,
  status: "Actual",
  state: "open",
  event: "滑坡",
  event_names: { zh: "滑坡", en: "landslide" },
  colour: "red",
  place_names: { zh: "诺江镇千佛村", en: "Qianfo village" },
  sent: "2026-08-29T05:10:00+00:00",
  counts: { people: { unaccounted: 12, needs_help: 1, evacuated: 28 }, people_total: 41 },
} as unknown as ListedAlertBody;
const ENDED = { ...ALERT, id: 2, number: 26, state: "all_clear", status: "Exercise" } as const;

let place: HTMLElement;
let answers: Record<string, () => Response>;
let posted: string[];

function session(role = "town_commander"): Session {
  const me = { id: "x", name: "Example", role, division: "511921100", division_name: "诺江镇" };
  const clock = { speed: 1, alert: 0, device: 0 };
  return { me, settings: { is_drill: false }, clock } as unknown as Session;
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  document.body.replaceChildren((place = document.createElement("div")));
  posted = [];
  answers = {
    "/api/alerts": () => Response.json([ENDED, ALERT]),
    "/api/calls": () => Response.json([{ alert: { id: 1 } }]),
    "/api/notes": () => Response.json([]),
    "/api/sensors": () => Response.json([]),
  };
  vi.stubGlobal("fetch", async (url: string, { method }: RequestInit) => {
    if (method !== "POST") return answers[url]?.() ?? Response.error();
    posted.push(url);
    answers["/api/calls"] = () => Response.json([]);
    return new Response(null, { status: 204 });
  });
});

afterEach(() => {
  render(null, place);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function open(as = session()): Promise<void> {
  await act(() => render(<Alerts session={as} />, place));
  await pass(0);
}

async function pass(seconds: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(seconds * 1_000);
  });
}

it("lists open alerts first: place, number missing and start", async () => {
  await open();
  const [open_, ended] = place.querySelectorAll("li");
  for (const words of [
    "#27",
    "Red",
    "landslide",
    "Qianfo village",
    "12",
    "of 41",
    "1 person needs help",
    "7 mins",
  ])
    expect(open_?.textContent).toContain(words);
  expect(open_?.querySelector("a")?.getAttribute("href")).toBe("/board/1");
  expect(ended?.textContent).toContain("All-clear given");
  expect(ended?.textContent).toContain("Exercise");
  expect(ended?.querySelector("a")?.getAttribute("href")).toBe("/board/2");
});

it("advances its clock and polls every ten seconds", async () => {
  await open();
  await pass(62);
  expect(place.textContent).toContain("8 mins");
  const nobody = { ...ALERT, counts: { people: { evacuated: 41 }, people_total: 41 } };
  answers["/api/alerts"] = () => Response.json([nobody]);
  await pass(8);
  expect(place.textContent).toContain("Everybody accounted for");
});

it("polls when the page becomes visible again", async () => {
  await open();
  answers["/api/alerts"] = () => Response.json([]);
  await act(() => void dispatchEvent(new Event("focus")));
  await pass(0);
  expect(place.textContent).toContain("No alert is under way.");
});

it("reports that it is stale and keeps showing the last answer", async () => {
  await open();
  answers["/api/alerts"] = () => Response.error();
  await pass(STALE_SECONDS - 1);
  expect(place.querySelector(".stale")).toBeNull();
  await pass(62);
  expect(place.querySelector(".stale")).not.toBeNull();
  expect(place.textContent).toContain("Qianfo village");
});

it("confirms the call by one tap", async () => {
  await open();
  const button = [...place.querySelectorAll("button")].find(
    ({ textContent }) => textContent === "Acknowledge",
  );
  await act(() => button?.click());
  await pass(0);
  expect(posted).toEqual(["/api/alerts/1/confirm"]);
  expect(place.textContent).not.toContain("Acknowledge");
});

it.each([
  ["informant", true],
  ["administrator", false],
])("offers raising an alert by role: %s", async (role, may) => {
  await open(session(role));
  expect(place.querySelector('a[href="/raise"]') !== null).toBe(may);
});

it.each([
  ["open", true],
  ["expired", true],
  ["closed", false],
  ["all_clear", false],
  ["cancelled", false],
] as const)("treats %s as running: %s", (state, isOpen) => {
  const { open: under, ended } = parted([{ ...ALERT, state }]);
  expect([under.length, ended.length]).toEqual(isOpen ? [1, 0] : [0, 1]);
});

it("can be shown in Chinese", async () => {
  await speak("zh");
  await open();
  expect(place.textContent).toContain("滑坡");
  expect(place.textContent).toContain("诺江镇千佛村");
  expect(place.textContent).toContain("12人去向未落实共 41 人");
});

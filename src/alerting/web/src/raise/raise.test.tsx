import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PreviewBody, RaisedBody } from "../api";
import { reachable } from "../client";
import { duration, language } from "../language";
import type { Session } from "../session";
import { Raise } from "./raise";

const QIANFO = {
  code: "511921100208",
  name: "千佛村",
  tier: "village",
  middle: null,
  parts: [],
  assembly_point: "村小学",
};
const PREVIEW: PreviewBody = {
  households: 16,
  people: 41,
  vulnerable_households: 6,
  households_without_phone: 2,
  households_in_care: 9,
  officers: 6,
  languages: { zh: 20, en: 1 },
  texts: { zh: "立即撤离！诺江镇千佛村滑坡", en: "EVACUATE NOW. 诺江镇千佛村: 滑坡" },
  segments_each: { zh: 1, en: 2 },
  segments: 22,
  predicted_finish: "2026-08-29T05:12:00+00:00",
  finishes_late: false,
  cost: 1.1,
  currency: "CNY",
  waits_for_approval: [],
  calls_by_phone: true,
  door_after: 480,
  languages_without_issuer: [],
  unplaced: [],
};
const RAISED = { id: 7, number: 27, approvals: [] } as unknown as RaisedBody;

interface Asked {
  readonly url: string;
  readonly key: string | null;
  readonly body: { readonly [name: string]: unknown };
}

let place: HTMLElement;
let asked: Asked[];
let answers: Record<string, () => Response>;
const went = vi.fn();

function lost(): Response {
  throw new TypeError("the answer was lost");
}

function session(role = "informant", division = QIANFO.code, isDrill = false): Session {
  const settings = { is_drill: isDrill, sms_number: "+8610007000001", languages: { zh: "中文" } };
  const me = { id: "x", name: "Example", role, division, division_name: "千佛村民委员会" };
  const clock = { speed: 1, alert: 0, device: 0 };
  return { me, settings: { ...settings, instruction: "立即撤离" }, clock } as unknown as Session;
}

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  document.body.replaceChildren((place = document.createElement("div")));
  language.value = "en";
  reachable.value = true;
  asked = [];
  went.mockClear();
  vi.spyOn(location, "assign").mockImplementation(went);
  answers = {
    "/api/divisions/511921100208": () => Response.json(QIANFO),
    "/api/alerts/preview": () => Response.json(PREVIEW),
    "/api/alerts": () => Response.json(RAISED, { status: 201 }),
  };
  vi.stubGlobal("fetch", async (url: string, request: RequestInit) => {
    const body = JSON.parse(String(request.body ?? "null")) as Asked["body"];
    if (request.method === "POST")
      asked.push({ url, key: new Headers(request.headers).get("Idempotency-Key"), body });
    return (answers[url] ?? lost)();
  });
});

afterEach(() => {
  render(null, place);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function open(as = session()): Promise<void> {
  render(null, place);
  await act(() => render(<Raise session={as} />, place));
  await settle();
}

async function settle(): Promise<void> {
  await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
}

/** Tap an element by its text: a button, a link, or the label of a choice. */
async function tap(words: string): Promise<void> {
  const all = [...place.querySelectorAll<HTMLElement>("button, a, label.tile, label.choice")];
  const found = all.find((each) => each.textContent.includes(words));
  if (!found) throw new Error(`there is no '${words}' to tap in: ${place.textContent}`);
  await act(() => found.click());
  await settle();
}

it("raises an alert in three taps", async () => {
  await open();
  await tap("Landslide");
  await tap("Next: check");
  expect(place.textContent).toContain("千佛村");
  for (const shown of ["16", "41", "CNY", PREVIEW.texts["zh"], PREVIEW.texts["en"]])
    expect(place.textContent).toContain(shown);
  await tap("Send the alert");
  expect(asked.map(({ url }) => url)).toEqual(["/api/alerts/preview", "/api/alerts"]);
  expect(asked[1]?.body).toEqual(asked[0]?.body);
  expect(asked[1]?.body).toMatchObject({
    event: "滑坡",
    assembly_point: "村小学",
    area: { divisions: [QIANFO.code] },
  });
  expect(went).toHaveBeenCalledWith("/board/7");
  expect(sessionStorage.length).toBe(0);
});

describe("the assembly point", () => {
  const village = "/api/divisions/511921100208";
  let arrive: (answer: Response) => void;

  beforeEach(() => {
    const late = new Promise<Response>((resolve) => (arrive = resolve));
    answers[village] = () => late as unknown as Response;
  });

  it("is awaited if the next step is pressed before it has arrived", async () => {
    await open();
    await tap("Landslide");
    await tap("Next: check");
    expect(place.querySelector(".refused")).toBeNull();
    expect(place.querySelector<HTMLButtonElement>("button[type=submit]")?.disabled).toBe(true);
    expect(asked).toEqual([]);
    arrive(Response.json(QIANFO));
    await settle();
    await settle();
    expect(asked[0]?.body).toMatchObject({ assembly_point: "村小学" });
  });

  it("is there at once if the device knows the village", async () => {
    localStorage.setItem("raise.village", JSON.stringify(QIANFO));
    await open();
    await tap("Landslide");
    await tap("Next: check");
    expect(asked[0]?.body).toMatchObject({ assembly_point: "村小学" });
  });

  it("must be typed if the service cannot be asked", async () => {
    answers[village] = lost;
    await open();
    await tap("Landslide");
    await tap("Next: check");
    expect(place.querySelector("#problem-assembly_point")).not.toBeNull();
    expect(asked).toEqual([]);
  });
});

it("sends with one key until there is an answer, also after a reload", async () => {
  await open();
  await tap("Landslide");
  await tap("Next: check");
  answers["/api/alerts"] = lost;
  await tap("Send the alert");
  expect(place.textContent).toContain("The alert may be out, or not.");
  await open();
  expect(place.textContent).toContain("Sending again cannot make a second alert.");
  answers["/api/alerts"] = () => Response.json(RAISED);
  await tap("Send again now");
  const sent = asked.filter(({ url }) => url === "/api/alerts");
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  expect(sent[0]?.key).toMatch(/^[0-9a-f]{32}$/);
  expect(went).toHaveBeenCalledWith("/board/7");
});

it("keeps the attempt while the user signs in", async () => {
  await open();
  await tap("Landslide");
  await tap("Next: check");
  answers["/api/alerts"] = () => Response.json({ detail: "sign in" }, { status: 401 });
  await tap("Send the alert");
  await open();
  expect(place.textContent).toContain("Send again now");
});

it("shows a problem at its field and uses a new key afterwards", async () => {
  await open();
  await tap("Landslide");
  await tap("Next: check");
  const detail = "area.divisions: 511999 is not a known division";
  answers["/api/alerts"] = () => Response.json({ detail }, { status: 422 });
  await tap("Send the alert");
  expect(place.querySelector("#problem-area")?.textContent).toBe("511999 is not a known division");
  answers["/api/alerts"] = () => Response.json(RAISED, { status: 201 });
  await tap("Next: check");
  await tap("Send the alert");
  const [first, second] = asked.filter(({ url }) => url === "/api/alerts");
  expect(second?.key).not.toBe(first?.key);
});

it("asks for missing fields without calling the service", async () => {
  await open(session("town_commander", "511921100"));
  await tap("Next: check");
  expect(place.querySelector("#problem-event")?.textContent).toBe("Choose what is happening.");
  expect(place.querySelector("#problem-area")?.textContent).toBe("Choose a place.");
  expect(asked).toEqual([]);
});

describe("without a network", () => {
  it("offers the ready-made text once the hazard is selected", async () => {
    await open();
    await act(() => void (reachable.value = false));
    expect(place.textContent).toContain("Choose what is happening, and the ready-made text");
    await tap("Landslide");
    expect(place.querySelector("a.open-text")?.getAttribute("href")).toMatch(
      /^sms:\+8610007000001\?body=%E6%BB%91/,
    );
  });

  it("asks before it sends an alert that may be out by text", async () => {
    await open();
    await tap("Landslide");
    await act(() => void (reachable.value = false));
    await tap("Open the text");
    await act(() => void (reachable.value = true));
    await tap("Next: check");
    await tap("Send the alert");
    expect(asked).toHaveLength(1);
    await tap("Send anyway");
    expect(asked).toHaveLength(2);
  });
});

it("names the places that wait for approval, before and after sending", async () => {
  const waiting = { ...PREVIEW, waits_for_approval: ["511921100209"] };
  answers["/api/alerts/preview"] = () => Response.json(waiting);
  const approval = { id: 1, cause: "wider_area", divisions: ["511921100209"], passes_at: null };
  answers["/api/alerts"] = () =>
    Response.json({ ...RAISED, approvals: [approval] }, { status: 201 });
  await open();
  await tap("Landslide");
  await tap("Next: check");
  expect(place.textContent).toContain("Waits for approval: 511921100209");
  await tap("Send the alert");
  expect(place.textContent).toContain("Alert #27 is out");
  expect(went).not.toHaveBeenCalled();
  expect(place.querySelector("a.button")?.getAttribute("href")).toBe("/board/7");
});

it.each([
  [true, false],
  [false, true],
])("tells before sending that nobody is called (%s: %s)", async (calls, told) => {
  const preview = { ...PREVIEW, calls_by_phone: calls, door_after: 300 };
  answers["/api/alerts/preview"] = () => Response.json(preview);
  await open();
  await tap("Landslide");
  await tap("Next: check");
  const words = `nobody is called by phone. After ${duration(300)} of silence`;
  expect(place.textContent.includes(words)).toBe(told);
});

it("sends exercises only if the service runs a drill", async () => {
  await open(session("informant", QIANFO.code, true));
  expect(place.textContent).toContain("it takes exercises only");
  await tap("Landslide");
  await tap("Next: check");
  expect(asked[0]?.body).toMatchObject({ status: "Exercise" });
  expect(place.textContent).toContain("Send the exercise");
});

it("shows the exercise frame as soon as it is selected", async () => {
  await open();
  expect(place.querySelector(".exercise")).toBeNull();
  await tap("Exercise");
  expect(place.querySelector(".exercise")).not.toBeNull();
});

it.each([
  ["zh", "发生了什么？"],
  ["en", "What is happening?"],
] as const)("is written in %s", async (chosen, words) => {
  language.value = chosen;
  await open();
  expect(place.textContent).toContain(words);
});

it("is closed to roles that raise no alerts", async () => {
  await open(session("administrator", "5119"));
  expect(place.querySelector("form")).toBeNull();
  expect(place.textContent).toContain("Your role raises no alerts.");
});

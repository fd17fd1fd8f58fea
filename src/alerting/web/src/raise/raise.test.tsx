import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PreviewBody, RaisedBody } from "../api";
import { reachable } from "../client";
import { duration, speak } from "../language";
import type { Session } from "../session";
import { Raise } from "./raise";
import { LIBRARY } from "./samples";

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
  variants: [
    {
      language: "zh",
      division: QIANFO.code,
      place: "诺江镇千佛村",
      texts: [
        { kind: "alert", body: "立即撤离！诺江镇千佛村滑坡", segments: 1, cost: 0.05 },
        { kind: "call", body: "【叫应】千佛村滑坡", segments: 2, cost: 0.1 },
      ],
    },
    {
      language: "en",
      division: "",
      place: "",
      texts: [{ kind: "voice_call", body: "This is Tongjiang.", segments: 0, cost: 0 }],
    },
  ],
  warnings: [],
  held_back: null,
  segments: 22,
  predicted_finish: "2026-08-29T05:12:00+00:00",
  finishes_late: false,
  cost: 1.1,
  currency: "CNY",
  waits_for_approval: [],
  calls_by_phone: true,
  door_after: 480,
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
  const settings = {
    ...LIBRARY,
    is_drill: isDrill,
    sms_number: "+8610007000001",
    languages: { zh: "中文" },
    tiles_url: null,
    label_tiles_url: null,
    tiles_attribution: null,
  };
  const me = { id: "x", name: "Example", role, division, division_name: "千佛村民委员会" };
  const clock = { speed: 1, alert: 0, device: 0 };
  return { me, settings: { ...settings, instruction: "立即撤离" }, clock } as unknown as Session;
}

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  document.body.replaceChildren((place = document.createElement("div")));
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

/** Send a real alert, which takes a second tap. */
async function sendReal(): Promise<void> {
  await tap("Send the alert");
  await tap("Send the real alert");
}

it("raises a real alert in three taps, and a fourth that confirms that it is real", async () => {
  await open();
  await tap("landslide");
  await tap("Next: check");
  expect(place.textContent).toContain("千佛村");
  for (const shown of ["16", "41", "CNY"]) expect(place.textContent).toContain(shown);
  for (const { body } of PREVIEW.variants.flatMap(({ texts }) => texts))
    expect(place.textContent).toContain(body);
  expect(place.querySelector(".kind.is-real")?.textContent).toContain("REAL");
  await tap("Send the alert");
  expect(asked).toHaveLength(1);
  await tap("Send the real alert");
  expect(asked.map(({ url }) => url)).toEqual(["/api/alerts/preview", "/api/alerts"]);
  expect(asked[1]?.body).toEqual(asked[0]?.body);
  expect(asked[1]?.body).toMatchObject({
    event: "滑坡",
    area: { divisions: [QIANFO.code] },
  });
  expect(went).toHaveBeenCalledWith("/board/7");
  expect(sessionStorage.length).toBe(0);
});

it.each([
  ["actual", "An actual alert is open there: #12. This exercise will be refused"],
  ["same_point", "An alert for this hazard point is open: #12."],
] as const)("shows before sending which alert holds it back: %s", async (reason, told) => {
  answers["/api/alerts/preview"] = () =>
    Response.json({ ...PREVIEW, held_back: { reason, numbers: ["#12"] } });
  await open();
  await tap("landslide");
  await tap("Next: check");
  expect(place.querySelector(".warnings li")?.textContent).toContain(told);
});

it("asks before it sends a second alert for an open hazard point", async () => {
  const refusal = { code: "already_open", detail: "it is open", reasons: ["#12"] };
  answers["/api/alerts"] = () => Response.json(refusal, { status: 409 });
  answers["/api/alerts?again=true"] = () => Response.json(RAISED, { status: 201 });
  await open();
  await tap("landslide");
  await tap("Next: check");
  await sendReal();
  expect(place.textContent).toContain("The alert #12 for this hazard point is open");
  expect(went).not.toHaveBeenCalled();
  await tap("Send anyway");
  expect(asked.map(({ url }) => url).slice(1)).toEqual(["/api/alerts", "/api/alerts?again=true"]);
  expect(went).toHaveBeenCalledWith("/board/7");
});

it("folds the variants by language, each with its length, price and household's page", async () => {
  await open();
  await tap("landslide");
  await tap("Next: check");
  const [first, officers] = [...place.querySelectorAll(".phone details")];
  expect(first?.querySelector("summary")?.textContent).toBe("中文 · 诺江镇千佛村 20 texts");
  expect(officers?.querySelector("summary")?.textContent).toBe("en · officers 1 text");
  expect([first, officers].map((each) => each?.hasAttribute("open"))).toEqual([true, false]);
  expect([...place.querySelectorAll("figcaption")].map((each) => each.textContent)).toEqual([
    "Text to households · 1 segment, 0.05 CNY each",
    "Text to officers · 2 segments, 0.1 CNY each",
    "Call to officers",
  ]);
  const forms = [...place.querySelectorAll<HTMLFormElement>(".phone form")];
  expect(forms.map(({ action, target }) => [new URL(action).pathname, target])).toEqual([
    ["/api/alerts/preview/page", "_blank"],
  ]);
  const fields = Object.fromEntries(new FormData(forms[0]));
  expect(JSON.parse(String(fields["request"]))).toEqual(asked[0]?.body);
  expect(fields).toMatchObject({ language: "zh", division: QIANFO.code });
});

const WARNED: readonly (readonly [PreviewBody["warnings"][number], string])[] = [
  [
    { code: "no_issuer", language: "zh", count: 20, examples: [] },
    "中文: no name of who warns. 20 texts say only a general word.",
  ],
  [
    { code: "generic_assembly_point", language: null, count: 5, examples: ["千佛村", "邻村"] },
    "5 villages have no assembly point of their own in the roster: 千佛村, 邻村 and 3 more.",
  ],
  [
    { code: "foreign_words", language: "zh", count: 1, examples: ["Rockfall"] },
    "中文: these texts hold words that readers may not understand: Rockfall.",
  ],
  [
    { code: "over_one_segment", language: "zh", count: 1, examples: [] },
    "中文: 1 text is longer than one segment",
  ],
  [
    { code: "no_language_file", language: "ii", count: 3, examples: [] },
    "3 households read a language without texts here (ii). They get 中文.",
  ],
];

it.each(WARNED)("shows the warning first: %o", async (warning, words) => {
  answers["/api/alerts/preview"] = () => Response.json({ ...PREVIEW, warnings: [warning] });
  await open();
  await tap("landslide");
  await tap("Next: check");
  const [shown] = place.querySelectorAll(".warnings li");
  expect(shown?.textContent).toContain(words);
  const texts = place.querySelector(".phone");
  expect(shown && texts && shown.compareDocumentPosition(texts)).toBe(
    Node.DOCUMENT_POSITION_FOLLOWING,
  );
});

it("has no list of warnings if there is none", async () => {
  await open();
  await tap("landslide");
  await tap("Next: check");
  expect(place.querySelector(".warnings")).toBeNull();
});

it("sends people to each village's own assembly point unless one is typed", async () => {
  await open();
  await tap("landslide");
  const point = place.querySelector<HTMLInputElement>("#assembly-point");
  if (!point) throw new Error("there is no assembly point to type");
  expect(point.placeholder).toContain("each village's own");
  await tap("Next: check");
  expect(asked[0]?.body).not.toHaveProperty("assembly_point");
  expect(place.textContent).toContain("each village's own assembly point");
  await tap("Change");
  const again = place.querySelector<HTMLInputElement>("#assembly-point");
  if (!again) throw new Error("there is no assembly point to type");
  await act(() => {
    again.value = " 村小学 ";
    again.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await tap("Next: check");
  expect(asked[1]?.body).toMatchObject({ assembly_point: "村小学" });
});

it("sends with the same key until there is an answer, even after a reload", async () => {
  await open();
  await tap("landslide");
  await tap("Next: check");
  answers["/api/alerts"] = lost;
  await sendReal();
  expect(place.textContent).toContain("The alert may have been sent, or not.");
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
  await tap("landslide");
  await tap("Next: check");
  answers["/api/alerts"] = () => Response.json({ detail: "sign in" }, { status: 401 });
  await sendReal();
  await open();
  expect(place.textContent).toContain("Send again now");
});

it("shows a problem at its field and uses a new key afterwards", async () => {
  await open();
  await tap("landslide");
  await tap("Next: check");
  const detail = "area.divisions: 511999 is not a known division";
  answers["/api/alerts"] = () => Response.json({ detail }, { status: 422 });
  await sendReal();
  expect(place.querySelector("#problem-area")?.textContent).toBe("511999 is not a known division");
  answers["/api/alerts"] = () => Response.json(RAISED, { status: 201 });
  await tap("Next: check");
  await sendReal();
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
    expect(place.textContent).toContain("Choose what is happening: the ready-made text");
    await tap("landslide");
    expect(place.querySelector("a.open-text")?.getAttribute("href")).toMatch(
      /^sms:\+8610007000001\?body=%E6%BB%91/,
    );
  });

  it("asks before it sends an alert that may already have been sent by text", async () => {
    await open();
    await tap("landslide");
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
  await tap("landslide");
  await tap("Next: check");
  expect(place.textContent).toContain("Waits for approval: 511921100209");
  await sendReal();
  expect(place.textContent).toContain("Alert #27 is out");
  expect(went).not.toHaveBeenCalled();
  expect(place.querySelector("a.button")?.getAttribute("href")).toBe("/board/7");
});

it.each([
  [true, false],
  [false, true],
])("shows before sending that nobody is called (%s: %s)", async (calls, told) => {
  const preview = { ...PREVIEW, calls_by_phone: calls, door_after: 300 };
  answers["/api/alerts/preview"] = () => Response.json(preview);
  await open();
  await tap("landslide");
  await tap("Next: check");
  const words = `nobody is called. After ${duration(300)} without an answer`;
  expect(place.textContent.includes(words)).toBe(told);
});

it("sends exercises only if the service runs a drill", async () => {
  await open(session("informant", QIANFO.code, true));
  expect(place.textContent).toContain("it takes exercises only");
  await tap("landslide");
  await tap("Next: check");
  expect(asked[0]?.body).toMatchObject({ status: "Exercise" });
  expect(place.querySelector(".kind.exercise")?.textContent).toContain("EXERCISE");
  await tap("Send the exercise");
  expect(asked).toHaveLength(2);
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
  await speak(chosen);
  await open();
  expect(place.textContent).toContain(words);
});

it("is closed to roles that raise no alerts", async () => {
  await open(session("administrator", "5119"));
  expect(place.querySelector("form")).toBeNull();
  expect(place.textContent).toContain("Your role raises no alerts.");
});

describe("a polygon that is being drawn", () => {
  /** Open the map and tap this number of corners of a polygon. */
  async function draw(corners: number): Promise<void> {
    await tap("landslide");
    const details = place.querySelector<HTMLDetailsElement>("details.drawn");
    await act(() => {
      if (details) details.open = true;
      details?.dispatchEvent(new Event("toggle"));
    });
    await vi.waitFor(() => expect(place.textContent).toContain("Corner at the map's middle"));
    for (let corner = 0; corner < corners; corner++) await tap("Corner at the map's middle");
  }

  it("is finished when the user continues, and only its area is alerted", async () => {
    await open();
    await draw(3);
    await tap("Next: check");
    expect(asked.map(({ body }) => body["area"])).toMatchObject([
      { geometry: { type: "Polygon" }, circles: [] },
    ]);
    expect(place.textContent).toContain("the drawn area");
    await tap("Change");
    await vi.waitFor(() => expect(place.querySelectorAll(".drawn-area").length).toBe(1));
    expect(place.textContent).toContain("1 polygon, 0 circles drawn.");
  });

  it.each([1, 2])("is refused with %i of three corners, until they are removed", async (few) => {
    await open();
    await draw(few);
    await tap("Next: check");
    expect(asked).toEqual([]);
    expect(place.querySelector(".refused")?.textContent).toContain("Finish the polygon or take");
    for (let corner = 0; corner < few; corner++) await tap("Take the last corner back");
    expect(place.querySelector(".refused")).toBeNull();
    await tap("Next: check");
    expect(asked.map(({ body }) => body["area"])).toEqual([{ divisions: [QIANFO.code] }]);
  });
});

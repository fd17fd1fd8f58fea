import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AlertBody, SettingsBody } from "../api";
import { Doors } from "./doors";
import { Loading } from "./loading";
import { LedgerServer } from "./ledger_server";
import { CLOCK, doorOf, officer, VILLAGE } from "./samples";
import { DoorsStore } from "./doors_store";

const SETTINGS: SettingsBody = {
  instruction: "",
  hazards: [],
  sms_number: null,
  target: 1800,
  tiles_url: "",
  label_tiles_url: null,
  has_outlines: false,
  tiles_attribution: null,
  languages: { zh: "中文", en: "English" },
  home_language: "zh",
  time_zone: "Asia/Shanghai",
  is_drill: false,
  clock_speed: 1,
  alert_now: new Date().toISOString(),
};
const ALERT: AlertBody = {
  id: 1,
  identifier: "a-1",
  number: 27,
  status: "Exercise",
  exercise_size: "everybody",
  state: "open",
  event: "滑坡",
  event_names: { zh: "滑坡", en: "Landslide" },
  colour: "red",
  severity: "Extreme",
  origin: VILLAGE,
  divisions: [VILLAGE],
  sent: new Date(Date.now() - 600_000).toISOString(),
  expires: "2099-01-01T00:00:00Z",
  raised_by: "informant",
  seq: 1,
};
const OTHERS = doorOf(9, {
  officer: "other",
  officer_name: "Colleague",
  taken_at: "2026-08-29T05:09:00Z",
  state: "taken",
});
const HOME = {
  code: `${VILLAGE}0012`,
  division: VILLAGE,
  head: "Arriving",
  address: "12号",
  headcount: 3,
  persons: [],
  standing: "unaccounted",
  vulnerable: "",
};

let ledger: LedgerServer;
let place: HTMLElement;
let online: boolean;

beforeEach(async () => {
  indexedDB = new IDBFactory();
  online = true;
  vi.spyOn(navigator, "onLine", "get").mockImplementation(() => online);
  ledger = await LedgerServer.start();
  const call = { alert: ALERT, called_at: ALERT.sent, assembly_point: "School" };
  const there = {
    "/api/settings": SETTINGS,
    "/api/alerts": [ALERT],
    "/api/calls": [{ ...call, description: "Cracks", instruction: "Leave" }],
    "/api/tasks": [doorOf(1), doorOf(2, { headcount: 1 })],
    "/api/alerts/1/tasks": [doorOf(1), doorOf(2), OTHERS],
    "/api/alerts/1/households": { households: [HOME], after: null },
    "/api/alerts/1/divisions": [
      { division: VILLAGE, name: "千佛村", tier: "village", parent: null },
    ],
  };
  for (const [path, body] of Object.entries(there)) ledger.there.set(path, body);
  await open();
});

afterEach(() => {
  render(null, place);
  vi.restoreAllMocks();
  ledger.stop();
});

/** Open the page, or reload it. */
async function open(): Promise<void> {
  const store = await DoorsStore.open({ me: officer("grid"), settings: SETTINGS, clock: CLOCK });
  document.body.replaceChildren((place = document.createElement("div")));
  await act(() => render(<Doors store={store} />, place));
  await seeing(() => expect(door(1)).toBeTruthy());
}

async function seeing(check: () => void): Promise<void> {
  await vi.waitFor(
    async () => {
      await act(() => undefined);
      check();
    },
    { timeout: 10_000 },
  );
}

function door(number: number): HTMLElement {
  return place.querySelector(`.door[aria-label^="住户${number} "]`) as HTMLElement;
}

async function press(words: string, within: ParentNode = place): Promise<void> {
  const buttons = [...within.querySelectorAll("button")];
  const button = buttons.find(
    (each) => each.getAttribute("aria-label") === words || each.textContent?.trim() === words,
  );
  expect(button, words).toBeTruthy();
  await act(() => button?.click());
}

async function undo(number: number): Promise<void> {
  await act(() => door(number).querySelector<HTMLButtonElement>(".undo")?.click());
}

function told(): unknown[][] {
  return ledger.told.map(({ path, body }) => [
    path.split("/").at(-1),
    body["report"],
    body["people"],
  ]);
}

describe("a door", () => {
  it("is reported by one tap, shown as received, and undone by another", async () => {
    await press("All out", door(1));
    await seeing(() => expect(door(1).textContent).toContain("received"));
    expect(told()).toEqual([["evacuated", null]].map((each) => ["evidence", ...each]));
    expect(door(1).querySelector(".find")).toBeNull();
    await undo(1);
    await seeing(() => expect(told().at(-1)).toEqual(["evidence", "evacuated", 0]));
    await seeing(() => expect(door(1).textContent).toContain("Taken back"));
    expect(door(1).querySelector(".find")).not.toBeNull();
  });

  it.each([
    ["Help", "needs_help"],
    ["Staying", "staying"],
    ["Not home", "not_home"],
  ])("'%s' also takes one tap", async (words, report) => {
    await press(words, door(1));
    await seeing(() => expect(told()).toEqual([["evidence", report, null]]));
  });

  it("asks how many if only some are out, except for a single person", async () => {
    expect(door(2).textContent).not.toContain("Partly");
    await press("Partly", door(1));
    expect(door(1).textContent).toContain("How many are out?");
    await press("3 people", door(1));
    await seeing(() => expect(told()).toEqual([["evidence", "evacuated", 3]]));
  });

  it("of another officer shows that this officer is on the way", () => {
    const other = place.querySelector(".other");
    expect(other?.textContent).toContain("Colleague is on the way");
    expect(place.querySelectorAll(".door")).toHaveLength(2);
  });

  it("is taken together with all others by one tap", async () => {
    await press("I am going to all 2");
    await seeing(() =>
      expect(ledger.told.map(({ path }) => path)).toEqual(
        [doorOf(1), doorOf(2)].map(({ id }) => `/api/tasks/${id}/take`),
      ),
    );
  });

  it("shows why a report was refused until that is dismissed", async () => {
    ledger.mishaps.push({ status: 409, detail: "the alert is over" });
    await press("All out", door(1));
    await seeing(() =>
      expect(place.querySelector('[role="alert"]')?.textContent).toContain("the alert is over"),
    );
    expect(door(1).querySelector(".find")).not.toBeNull();
    await press("Dismiss");
    await seeing(() => expect(place.textContent).not.toContain("the alert is over"));
  });
});

describe("without a network", () => {
  it("keeps everything over a reload and sends it in order afterwards", async () => {
    online = false;
    await press("All out", door(1));
    await press("Not home", door(2));
    await seeing(() => expect(place.textContent).toContain("2 not yet sent"));
    await open();
    await seeing(() => expect(place.textContent).toContain("2 not yet sent"));
    expect(door(1).textContent).toContain("not yet sent");
    expect(ledger.told).toEqual([]);
    online = true;
    dispatchEvent(new Event("online"));
    await seeing(() =>
      expect(told().map(([, report]) => report)).toEqual(["evacuated", "not_home"]),
    );
    await seeing(() => expect(place.textContent).not.toContain("not yet sent"));
  });

  it("drops a report that is undone before it was sent", async () => {
    online = false;
    await press("Staying", door(1));
    await seeing(() => expect(place.textContent).toContain("1 not yet sent"));
    await undo(1);
    await seeing(() => expect(place.textContent).not.toContain("not yet sent"));
    online = true;
    await press("Not home", door(2));
    await seeing(() => expect(told()).toEqual([["evidence", "not_home", null]]));
  });
});

describe("a phone that cannot store anything", () => {
  /** Fill the phone's disk; return a function that frees it. */
  function fill(): () => void {
    const writes = (["add", "put"] as const).map((write) =>
      vi.spyOn(IDBObjectStore.prototype, write).mockImplementation(() => {
        throw new DOMException("the disk is full", "QuotaExceededError");
      }),
    );
    return () => writes.forEach((each) => each.mockRestore());
  }

  function alarm(): string {
    return [...place.querySelectorAll('[role="alert"]')].map((each) => each.textContent).join();
  }

  it("says which report would be lost, and stores it once there is space", async () => {
    const free = fill();
    await press("All out", door(1));
    await seeing(() => expect(alarm()).toContain("neither kept nor sent"));
    expect(alarm()).toContain("住户1 · All out");
    expect(alarm()).not.toContain("QuotaExceededError");
    const leaving = new Event("beforeunload", { cancelable: true });
    dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(true);
    await press("Keep them");
    await seeing(() => expect(alarm()).toContain("neither kept nor sent"));
    free();
    await press("Not home", door(2));
    await seeing(() => expect(told().map(([, word]) => word)).toEqual(["evacuated", "not_home"]));
    await seeing(() => expect(alarm()).toBe(""));
  });

  it("names the reports that signing out would lose", async () => {
    const free = fill();
    await press("All out", door(1));
    await press("Not home", door(2));
    await seeing(() => expect(alarm()).toContain("住户2"));
    await press("Sign out");
    await seeing(() => expect(place.querySelector("dialog")).toBeTruthy());
    expect(place.querySelector("dialog")?.textContent).toContain(
      "2 reports are neither kept nor sent.",
    );
    await press("Go back");
    // This page's reports would otherwise be kept and sent during a later test.
    free();
    await press("Keep them");
    await seeing(() => expect(told()).toHaveLength(2));
  });

  it("says that an undo was not stored", async () => {
    await press("All out", door(1));
    await seeing(() => expect(door(1).textContent).toContain("received"));
    const free = fill();
    await undo(1);
    await seeing(() => expect(alarm()).toContain("The phone cannot keep data"));
    expect(told()).toHaveLength(1);
    free();
    await undo(1);
    await seeing(() => expect(told()).toHaveLength(2));
    await seeing(() => expect(alarm()).toBe(""));
  });

  it("shows why nothing can be reported if the page cannot open the storage", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("private browsing", "SecurityError");
    });
    const session = { me: officer("grid"), settings: SETTINGS, clock: CLOCK };
    await act(() => render(<Loading session={session} />, place));
    await seeing(() => expect(alarm()).toContain("Leave private browsing"));
    expect(alarm()).not.toContain("SecurityError");
  });
});

it("confirms the call by one big button", async () => {
  expect(place.querySelector(".call")?.textContent).toContain("Landslide #27");
  await press("Acknowledge");
  await seeing(() => expect(ledger.told[0]?.path).toBe("/api/alerts/1/confirm"));
  await seeing(() => expect(place.querySelector(".call")).toBeNull());
});

describe("the assembly point", () => {
  beforeEach(async () => {
    await press("Check-in");
  });

  async function type(field: string, value: string): Promise<void> {
    const input = place.querySelector<HTMLInputElement>(field);
    await act(() => {
      if (input) input.value = value;
      input?.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  it("checks in a household found by the end of its code", async () => {
    await seeing(() => expect(place.querySelector("#home")).toBeTruthy());
    await type("#home", "12");
    await seeing(() => expect(place.querySelector(".home")?.textContent).toContain("Arriving"));
    await press("Some of them");
    await press("2 people");
    await seeing(() => expect(told()).toEqual([["check-ins", undefined, 2]]));
    expect(ledger.told[0]?.body["household"]).toBe(HOME.code);
    await seeing(() => expect(place.querySelector(".home")).toBeNull());
  });

  it("checks in a household of another village by its full code", async () => {
    await type("#home", "5119211002090003");
    await press("All of them");
    await seeing(() => expect(ledger.told[0]?.body["household"]).toBe("5119211002090003"));
  });

  it("adds people on no roster", async () => {
    await type('[name="name"]', "Tourists");
    await type('[name="people"]', "3");
    await press("Add them");
    await seeing(() => expect(told()).toEqual([["visitors", "evacuated", 3]]));
    expect(ledger.told[0]?.body).toMatchObject({ division: VILLAGE, name: "Tourists" });
  });
});

it("is framed as an exercise if all alerts are exercises", async () => {
  await seeing(() => expect(document.body.dataset["status"]).toBe("Exercise"));
});

describe("the paper roll", () => {
  afterEach(() => history.replaceState(null, "", location.pathname));

  async function scan(code: string): Promise<void> {
    await act(() => {
      history.replaceState(null, "", `#household=${code}`);
      dispatchEvent(new Event("hashchange"));
    });
  }

  it("opens the report of the household whose code was scanned", async () => {
    await scan(HOME.code);
    await seeing(() => expect(place.querySelector(".scanned")?.textContent).toContain("Arriving"));
    const out = place.querySelector<HTMLButtonElement>(".scanned .out");
    await act(() => out?.click());
    await seeing(() => expect(ledger.told[0]?.path).toBe("/api/alerts/1/evidence"));
    expect(ledger.told[0]?.body).toMatchObject({ household: HOME.code, report: "evacuated" });
    await press("Close");
    expect(place.querySelector(".scanned")).toBeNull();
  });

  it("says so if this phone does not know the household", async () => {
    await scan("5119211002090003");
    await seeing(() =>
      expect(place.querySelector(".scanned")?.textContent).toContain("is on no list of this phone"),
    );
  });
});

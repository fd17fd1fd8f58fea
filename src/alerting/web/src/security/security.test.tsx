import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { SecurityEventBody } from "../api";
import type { Session } from "../session";
import { SecurityLog } from "./security";

const EVENT: SecurityEventBody = {
  minute: "2026-08-29T05:10:00Z",
  kind: "access_refused",
  division: "511921100208",
  officer: "grid",
  sender: "192.0.2.1",
  route: "GET /metrics",
  detail: "403",
  count: 3,
};
const SIGNED_IN: SecurityEventBody = {
  ...EVENT,
  kind: "signed_in",
  route: "",
  detail: "<b>phone</b>",
  count: 1,
};
const SESSION = {
  me: { id: "administrator", name: "", role: "administrator", division: "51" },
  settings: { is_drill: false },
} as unknown as Session;

let place: HTMLElement;
let asked: string[];
let next: number | null;
let events: readonly SecurityEventBody[];

beforeEach(() => {
  document.body.replaceChildren((place = document.createElement("div")));
  [asked, next, events] = [[], null, [EVENT, SIGNED_IN]];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return Response.json({ events, next_offset: next });
  });
});

afterEach(() => {
  render(null, place);
  vi.unstubAllGlobals();
});

const entries = (): NodeListOf<Element> => place.querySelectorAll(".entry");

async function show(): Promise<void> {
  await act(() => render(<SecurityLog session={SESSION} />, place));
  await vi.waitFor(() => expect(entries().length).toBe(events.length));
}

it("shows what was refused, to whom, from where and how often", async () => {
  await show();
  const [refused, signedIn] = entries();
  for (const words of ["Access refused", "grid", "192.0.2.1", "GET /metrics", "403", "3 times"])
    expect(refused?.textContent).toContain(words);
  expect(refused?.classList.contains("suspicious")).toBe(true);
  expect(signedIn?.classList.contains("suspicious")).toBe(false);
});

it("names no officer if nobody was signed in", async () => {
  events = [{ ...EVENT, officer: "" }];
  await show();
  const names = [...place.querySelectorAll("dt")].map((name) => name.textContent);
  expect(names).toEqual(["From", "Route"]);
});

it("shows a browser's user agent as text", async () => {
  await show();
  expect(place.querySelector("b")).toBeNull();
  expect(place.textContent).toContain("<b>phone</b>");
});

it("asks for the kinds of an attack", async () => {
  await show();
  const choice = place.querySelector<HTMLSelectElement>(".filter select");
  if (choice === null) throw new Error("there is no choice");
  choice.value = "suspicious";
  await act(() => void choice.dispatchEvent(new Event("change", { bubbles: true })));
  await vi.waitFor(() => expect(asked.length).toBe(2));
  expect(asked[1]).toContain("kind=access_refused&kind=sign_in_refused&kind=bad_signature");
});

it("appends the next page", async () => {
  next = 100;
  await show();
  events = [{ ...EVENT, officer: "commander" }];
  next = null;
  const more = [...place.querySelectorAll("button")].find(
    (one) => one.textContent === "Show older",
  );
  await act(() => more?.click());
  await vi.waitFor(() => expect(entries().length).toBe(3));
  expect(asked[1]).toContain("offset=100");
});

it("says that there are no events, or why they cannot be read", async () => {
  events = [];
  await show();
  await vi.waitFor(() =>
    expect(place.textContent).toContain("Nothing of this kind is in the log."),
  );
  render(null, place);
  vi.stubGlobal("fetch", async () => Response.json({ detail: "it is away" }, { status: 503 }));
  await act(() => render(<SecurityLog session={SESSION} />, place));
  await vi.waitFor(() => expect(place.querySelector("[role=alert]")).not.toBeNull());
});

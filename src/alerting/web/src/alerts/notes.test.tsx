import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { NoteBody } from "../api";
import { ConfirmDialog } from "../confirm_dialog";
import { AlertList } from "./list";
import { Notes } from "./notes";

const SUMMARY = {
  sender: "weather@example.org",
  sender_name: "",
  sent: "2026-08-29T05:10:00+08:00",
  status: "Exercise",
  severity: "Severe",
  event: "<img src=x onerror=alert(1)>",
  places: "千佛村",
  headline: "",
  description: "<script>alert(1)</script>",
  instruction: "",
  restriction: "",
  expires: "2026-08-29T09:10:00+08:00",
};
const MAY = ["approve", "decline"].map((action) => ({ action, allowed: true, reason: null }));
const NOTE = {
  kind: "cap_sender",
  source: "weather",
  id: 7,
  hazard: SUMMARY.event,
  place: "千佛村",
  since: SUMMARY.sent,
  expires: SUMMARY.expires,
  state: "waiting",
  message: SUMMARY,
  reading: null,
  alert: 3,
  approval: 5,
  passes_at: "2026-08-29T05:20:00+08:00",
  allowed_actions: MAY,
  households: 10,
  people: 25,
} as unknown as NoteBody;
const NOW = new Date("2026-08-29T05:12:00+08:00");

let place: HTMLElement;
let list: AlertList;
let notes: readonly NoteBody[];
let posted: string[];

beforeEach(() => {
  HTMLDialogElement.prototype.showModal ??= function (): void {};
  HTMLDialogElement.prototype.close ??= function (): void {};
  document.body.replaceChildren((place = document.createElement("div")));
  posted = [];
  notes = [NOTE];
  vi.stubGlobal("fetch", async (url: string, { method }: RequestInit) => {
    if (method === "POST") {
      posted.push(url);
      notes = [{ ...NOTE, state: "approved", allowed_actions: [] }];
      return Response.json({});
    }
    return Response.json(url === "/api/notes" ? notes : []);
  });
});

afterEach(() => {
  list.close();
  render(null, place);
  vi.unstubAllGlobals();
});

async function open(): Promise<void> {
  list = new AlertList();
  await act(() =>
    render(
      <>
        <Notes list={list} now={NOW} />
        <ConfirmDialog />
      </>,
      place,
    ),
  );
  await act(() => list.refresh());
  await act(() => vi.waitFor(() => expect(list.notes.value).toHaveLength(notes.length)));
}

async function press(label: string, within = ""): Promise<void> {
  const found = [...place.querySelectorAll<HTMLElement>(`${within} button`)];
  await act(() => found.find(({ textContent }) => textContent === label)?.click());
}

it("shows a stranger's texts as text, never as markup", async () => {
  await open();
  expect(place.querySelector("img, script")).toBeNull();
  for (const words of [SUMMARY.event, SUMMARY.description, "Severe", "Exercise", "千佛村"])
    expect(place.textContent).toContain(words);
});

it("raises a proposal once its counts are confirmed", async () => {
  await open();
  await press("Raise the alert");
  expect(place.querySelector("dialog")?.textContent).toContain("25");
  expect(posted).toEqual([]);
  await press("Raise the alert", "dialog");
  await vi.waitFor(() => expect(place.textContent).toContain("raised as an alert"));
  expect(posted).toEqual(["/api/approvals/5/approve"]);
  expect(place.querySelector('a[href="/board/3"]')).not.toBeNull();
});

it("declines a proposal", async () => {
  await open();
  await press("Decline");
  await press("Decline", "dialog");
  await vi.waitFor(() => expect(posted).toEqual(["/api/approvals/5/decline"]));
});

it("offers no decision to an officer who may not decide", async () => {
  notes = [{ ...NOTE, allowed_actions: [] }];
  await open();
  expect(place.querySelector("button")).toBeNull();
});

it("counts down to the next tier", async () => {
  await open();
  expect(place.textContent).toContain("goes one tier up in 8 mins");
  notes = [{ ...NOTE, passes_at: null }];
  await act(() => list.refresh());
  await vi.waitFor(() => expect(place.textContent).toContain("at the highest tier"));
});

it("folds notes that need no decision", async () => {
  const reading = { news: "yellow", value: 31, unit: "mm/h", detail: "" } as const;
  notes = [NOTE, { ...NOTE, kind: "sensor", state: "noted", message: null, reading }];
  await open();
  const folded = place.querySelector("details.folded");
  expect(folded?.hasAttribute("open")).toBe(false);
  expect(folded?.querySelector("summary")?.textContent).toBe("1 note or decision");
  expect(folded?.querySelector("li")?.textContent).toContain("Yellow: 31 mm/h");
});

it("renders nothing without notes", async () => {
  notes = [];
  await open();
  expect(place.textContent).toBe("");
});

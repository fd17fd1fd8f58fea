import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { NoteBody } from "../api";
import { ConfirmDialog } from "../confirm_dialog";
import { language } from "../language";
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
const NOTE = {
  id: 7,
  outcome: "proposed",
  summary: SUMMARY,
  alert: 3,
  alert_state: "proposed",
  approval: 5,
  may_decide: true,
  households: 10,
  people: 25,
} as unknown as NoteBody;

let place: HTMLElement;
let list: AlertList;
let notes: readonly NoteBody[];
let posted: string[];

beforeEach(() => {
  HTMLDialogElement.prototype.showModal ??= function (): void {};
  HTMLDialogElement.prototype.close ??= function (): void {};
  document.body.replaceChildren((place = document.createElement("div")));
  language.value = "en";
  posted = [];
  notes = [NOTE];
  vi.stubGlobal("fetch", async (url: string, { method }: RequestInit) => {
    if (method === "POST") {
      posted.push(url);
      notes = [{ ...NOTE, alert_state: "open", approval: null }];
      return Response.json({});
    }
    return Response.json(url === "/api/cap/notes" ? notes : []);
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
        <Notes list={list} />
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
  await vi.waitFor(() => expect(place.textContent).toContain("Raised as an alert"));
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
  notes = [{ ...NOTE, may_decide: false }];
  await open();
  expect(place.querySelector("button")).toBeNull();
});

it("is silent where there is nothing", async () => {
  notes = [];
  await open();
  expect(place.textContent).toBe("");
});

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { WebhookBody } from "../api";
import { Webhooks } from "./webhooks";

const HOOK = {
  name: "office",
  url: "https://office.example/hook",
  waiting: 3,
  failures: 0,
  failing_since: null,
  problem: "",
  next_try_at: null,
  delivered_at: "2026-08-29T05:10:00+08:00",
  dead_letters: 0,
} as unknown as WebhookBody;
const FAILING = {
  ...HOOK,
  failures: 7,
  failing_since: "2026-08-29T01:10:00+08:00",
  next_try_at: "2026-08-29T06:10:00+08:00",
  problem: "answered 503",
  dead_letters: 1,
};
const LETTER = { alert: 4, seq: 9, at: "2026-08-29T05:10:00+08:00", problem: "answered 500" };

let place: HTMLElement;
let hooks: readonly WebhookBody[];
let posted: string[];

beforeEach(() => {
  document.body.replaceChildren((place = document.createElement("div")));
  posted = [];
  vi.stubGlobal("fetch", async (url: string, { method }: RequestInit) => {
    if (method === "POST") {
      posted.push(url);
      hooks = [HOOK];
      return Response.json(null, { status: 202 });
    }
    return Response.json(url === "/api/webhooks" ? hooks : { dead_letters: [LETTER] });
  });
});

afterEach(() => {
  render(null, place);
  vi.unstubAllGlobals();
});

async function show(...shown: readonly WebhookBody[]): Promise<void> {
  hooks = shown;
  await act(() => render(<Webhooks />, place));
  await vi.waitFor(() => expect(place.querySelectorAll("li").length).toBe(shown.length));
}

it("shows a webhook that works: what waits and when it last took a message", async () => {
  await show(HOOK);
  for (const words of ["office", "Working", "https://office.example/hook", "3"])
    expect(place.textContent).toContain(words);
  expect(place.querySelector("button")).toBeNull();
});

it("shows failures, the problem and the next try", async () => {
  await show(FAILING);
  for (const words of ["Failing", "7", "answered 503", "Next try"])
    expect(place.textContent).toContain(words);
});

it("lists dead letters when they are unfolded, and sends them again", async () => {
  await show(FAILING);
  const letters = place.querySelector("details");
  await act(() => {
    letters?.setAttribute("open", "");
    letters?.dispatchEvent(new Event("toggle"));
  });
  await vi.waitFor(() => expect(letters?.textContent).toContain("answered 500"));
  expect(letters?.querySelector("a")?.getAttribute("href")).toBe("/board/4");
  await act(() => place.querySelector("button")?.click());
  await vi.waitFor(() => expect(posted).toEqual(["/api/webhooks/office/dead-letters/send-again"]));
  await vi.waitFor(() => expect(place.textContent).toContain("Working"));
});

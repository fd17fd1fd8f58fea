import { render, type JSX } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ConfirmDialog } from "../../confirm_dialog";
import { speak } from "../../language";
import type { Me } from "../../me";
import { AccessPage } from "./access";

const ME = { id: "boss", role: "administrator", division: "511921" } as Me;
const GRID = { id: "grid", name: "何翠英", role: "grid_officer", place: "千佛村" };
const AT = "2026-08-29T05:10:00Z";
const TIMES = { begun_at: AT, last_seen_at: AT, expires_at: AT };
const SESSION = { id: 7, ...TIMES, device: "", by_passkey: true, current: false };

function Shown(): JSX.Element {
  return (
    <>
      <AccessPage me={ME} />
      <ConfirmDialog />
    </>
  );
}

const SHOWN = { officer: GRID, session: SESSION };

let place: HTMLElement;
let ending: { readonly status: number };
let asked: string[];
let isOver: boolean;

beforeEach(async () => {
  await speak("en", "office");
  [asked, isOver, ending] = [[], false, { status: 204 }];
  HTMLDialogElement.prototype.showModal ??= function (): void {};
  HTMLDialogElement.prototype.close ??= function (): void {};
  document.body.replaceChildren((place = document.createElement("div")));
  vi.stubGlobal("fetch", async (url: string, { method = "GET" }: RequestInit) => {
    asked.push(`${method} ${url}`);
    if (method === "DELETE") {
      isOver = true;
      return new Response(null, ending);
    }
    if (url.startsWith("/api/office/tokens")) return Response.json({ tokens: [], is_all: true });
    if (url.startsWith("/api/office/sessions"))
      return Response.json({ sessions: isOver ? [] : [SHOWN], before: null });
    return Response.json({ code: ME.division, name: "county", parts: [] });
  });
});

afterEach(() => {
  render(null, place);
  history.replaceState(null, "", "/");
  vi.unstubAllGlobals();
});

async function end(): Promise<void> {
  await vi.waitFor(() => expect(place.querySelector("ul.rows > li button")).not.toBeNull());
  await act(() => place.querySelector<HTMLButtonElement>("ul.rows > li button")?.click());
}

it("a session is ended after a confirmation", async () => {
  await act(() => render(<Shown />, place));
  await end();
  expect(asked.filter((each) => each.startsWith("DELETE"))).toEqual([]);
  expect(place.querySelector("dialog")?.textContent).toContain("signed out");
  await act(() => place.querySelector<HTMLButtonElement>("dialog button")?.click());
  expect(asked.filter((each) => each.startsWith("DELETE"))).toEqual([]);
});

it("a session that has already ended disappears from the list", async () => {
  await act(() => render(<Shown />, place));
  await end();
  ending = { status: 404 };
  await act(() => place.querySelector<HTMLButtonElement>("dialog .danger")?.click());
  await vi.waitFor(() => expect(place.querySelector("ul.rows > li")).toBeNull());
  expect(place.querySelector(".refused")).toBeNull();
});

it("a double tap ends a session once", async () => {
  await act(() => render(<Shown />, place));
  await vi.waitFor(() => expect(place.querySelector("ul.rows > li")).not.toBeNull());
  await end();
  await act(() => {
    const sure = place.querySelector<HTMLButtonElement>("dialog .danger");
    sure?.click();
    sure?.click();
  });
  await vi.waitFor(() => expect(asked.at(-1)).toContain("GET"));
  expect(asked.filter((each) => each.startsWith("DELETE"))).toEqual(["DELETE /api/sessions/7"]);
});

it("searches for the officer named in its address", async () => {
  history.replaceState(null, "", "/admin/access?search=grid");
  await act(() => render(<AccessPage me={ME} />, place));
  await vi.waitFor(() => expect(asked).toContain("GET /api/office/sessions?search=grid"));
  expect(asked).toContain("GET /api/office/tokens?search=grid");
});

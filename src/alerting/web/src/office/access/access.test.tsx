import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { speak } from "../../language";
import type { Me } from "../../me";
import { AccessPage } from "./access";

const ME = { id: "boss", role: "administrator", division: "511921" } as Me;
const GRID = { id: "grid", name: "何翠英", role: "grid_officer", place: "千佛村" };
const AT = "2026-08-29T05:10:00Z";
const TIMES = { begun_at: AT, last_seen_at: AT, expires_at: AT };
const SESSION = { id: 7, ...TIMES, device: "", by_passkey: true, current: false };

let place: HTMLElement;
let asked: string[];

beforeEach(async () => {
  await speak("en", "office");
  asked = [];
  document.body.replaceChildren((place = document.createElement("div")));
  vi.stubGlobal("fetch", async (url: string, { method = "GET" }: RequestInit) => {
    asked.push(`${method} ${url}`);
    if (method === "DELETE") return new Response(null, { status: 204 });
    if (url.startsWith("/api/office/tokens")) return Response.json({ tokens: [], is_all: true });
    if (url.startsWith("/api/office/sessions"))
      return Response.json({ sessions: [{ officer: GRID, session: SESSION }], before: null });
    return Response.json({ code: ME.division, name: "county", parts: [] });
  });
});

afterEach(() => {
  render(null, place);
  history.replaceState(null, "", "/");
  vi.unstubAllGlobals();
});

it("a double tap ends a session once", async () => {
  await act(() => render(<AccessPage me={ME} />, place));
  await vi.waitFor(() => expect(place.querySelector("ul.rows > li")).not.toBeNull());
  await act(() => {
    const end = place.querySelector<HTMLButtonElement>("ul.rows > li button");
    end?.click();
    end?.click();
  });
  expect(asked.filter((each) => each.startsWith("DELETE"))).toEqual(["DELETE /api/sessions/7"]);
});

it("searches for the officer whom its address names", async () => {
  history.replaceState(null, "", "/admin/access?search=grid");
  await act(() => render(<AccessPage me={ME} />, place));
  await vi.waitFor(() => expect(asked).toContain("GET /api/office/sessions?search=grid"));
  expect(asked).toContain("GET /api/office/tokens?search=grid");
});

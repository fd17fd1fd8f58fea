import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OfficeOfficerBody } from "../../api";
import { speak } from "../../language";
import type { Me } from "../../me";
import { OfficersPage } from "./officers";

const ME = { id: "boss", role: "administrator", division: "511921" } as Me;
const GRID: OfficeOfficerBody = {
  id: "grid",
  name: "何翠英",
  role: "grid_officer",
  division: "511921100208",
  place: "千佛村",
  deputy_of: null,
  principal: null,
  phones: ["+8613900000001"],
  language: null,
  on_duty: true,
  version: "1",
};

let place: HTMLElement;

beforeEach(() => speak("en", "office"));

afterEach(() => {
  render(null, place);
  vi.unstubAllGlobals();
});

/** Show the page, and the form of its only officer. */
async function open(officer: OfficeOfficerBody, mayChange: boolean): Promise<void> {
  document.body.replaceChildren((place = document.createElement("div")));
  vi.stubGlobal("fetch", async (url: string) =>
    Response.json(
      url.startsWith("/api/office/officers")
        ? { officers: [officer], after: null, may_change: mayChange }
        : { code: ME.division, name: "county", parts: [] },
    ),
  );
  await act(() => render(<OfficersPage me={ME} />, place));
  await vi.waitFor(() => expect(place.querySelectorAll("ul.rows > li").length).toBe(1));
  await act(() => place.querySelector<HTMLButtonElement>("ul.rows > li button")?.click());
}

it("changes phones and the role in a fresh session", async () => {
  await open(GRID, true);
  expect(place.textContent).toContain("Add an officer");
  expect(place.textContent).not.toContain("Sign in again");
  expect(place.querySelector<HTMLTextAreaElement>("#phones")?.readOnly).toBe(false);
  expect(place.querySelector<HTMLSelectElement>("#role")?.disabled).toBe(false);
});

it("links to the recovery form for officers below, but not for peers", async () => {
  const code = 'a[href="/passkeys?officer=grid"]';
  await open(GRID, true);
  expect(place.querySelector(code)).not.toBeNull();
  const peer = { ...GRID, role: "administrator" as const };
  await open(peer, true);
  expect(place.querySelector(code)).not.toBeNull();
  await open({ ...peer, division: ME.division }, true);
  expect(place.querySelector(code)).toBeNull();
});

it("links to sign-in in an older session, and changes only other fields", async () => {
  await open(GRID, false);
  expect(place.textContent).not.toContain("Add an officer");
  const again = [...place.querySelectorAll("a")].find(
    (each) => each.textContent === "Sign in again",
  );
  expect(again?.getAttribute("href")).toBe("/sign-in?next=/admin/officers");
  expect(place.querySelector<HTMLTextAreaElement>("#phones")?.readOnly).toBe(true);
  expect(place.querySelector<HTMLSelectElement>("#role")?.disabled).toBe(true);
  expect(place.querySelector<HTMLInputElement>("#name")?.readOnly).toBe(false);
});

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OfficeHazardPointBody } from "../../api";
import { speak } from "../../language";
import type { Session } from "../../session";
import { PointForm } from "./point_form";

const SLOPE = {
  code: "slope",
  name: "后山滑坡",
  division: "511921100208",
  hazard: "landslide",
  watcher: null,
  assembly_point: "村小学",
  route: null,
  geometry: null,
  circles: [],
  households: [],
  version: 1,
} as unknown as OfficeHazardPointBody;
const SESSION = {
  me: { id: "boss", role: "administrator", division: "511921" },
  settings: {
    hazards: [{ id: "landslide", names: { en: "landslide" } }],
    tiles_url: null,
    label_tiles_url: null,
    tiles_attribution: null,
  },
} as unknown as Session;

const close = vi.fn();
let place: HTMLElement;
let stored: { readonly [name: string]: unknown }[];

beforeEach(async () => {
  await speak("en", "office");
  close.mockClear();
  stored = [];
  document.body.replaceChildren((place = document.createElement("div")));
  vi.stubGlobal("fetch", async (url: string, { method, body }: RequestInit) => {
    if (url.includes("/watchers")) return Response.json([]);
    if (method !== "PUT") return Response.json({ households: [], parts: [], middle: null });
    stored.push(JSON.parse(String(body)) as (typeof stored)[number]);
    return Response.json({});
  });
  await act(() =>
    render(<PointForm session={SESSION} point={SLOPE} others={[]} close={close} />, place),
  );
  await vi.waitFor(() => expect(place.textContent).toContain("Corner at the map's middle"));
});

afterEach(() => {
  render(null, place);
  vi.unstubAllGlobals();
});

async function tap(words: string): Promise<void> {
  const found = [...place.querySelectorAll("button")].find((each) => each.textContent === words);
  if (!found) throw new Error(`there is no '${words}' to tap in: ${place.textContent}`);
  await act(() => found.click());
}

it("stores the polygon that is being drawn", async () => {
  for (let corner = 0; corner < 3; corner++) await tap("Corner at the map's middle");
  await tap("Save");
  await vi.waitFor(() => expect(close).toHaveBeenCalledWith(true));
  expect(stored).toMatchObject([{ geometry: { type: "Polygon" } }]);
});

it("stores nothing while a polygon has too few corners", async () => {
  await tap("Corner at the map's middle");
  await tap("Save");
  expect(place.querySelector(".refused")?.textContent).toContain("Finish the polygon or take");
  expect(stored).toEqual([]);
  await tap("Take the last corner back");
  await tap("Save");
  await vi.waitFor(() => expect(close).toHaveBeenCalledWith(true));
  expect(stored).toMatchObject([{ geometry: null }]);
});

it("stores a point once after a double tap", async () => {
  await act(() => {
    const save = [...place.querySelectorAll("button")].find((each) => each.textContent === "Save");
    save?.click();
    save?.click();
  });
  await vi.waitFor(() => expect(close).toHaveBeenCalledWith(true));
  expect(stored.length).toBe(1);
});

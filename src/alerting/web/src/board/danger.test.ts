import { describe, expect, it } from "vitest";
import type { Counts } from "./counts";
import { dangerOf, levelOf, unspokenAmong, unspokenBy } from "./danger";
import type { Home } from "./homes";

function counts(people: Record<string, number>, calls = 0): Counts {
  return { households: { evacuated: 4, needs_help: calls }, people };
}

describe("the danger left in a place", () => {
  it.each([
    ["help", counts({ unaccounted: 0, evacuated: 9 }, 1), 0],
    ["help", counts({ unaccounted: 3 }, 1), 2],
    ["missing", counts({ unaccounted: 1, evacuated: 900 }), 0],
    ["missing", counts({ unaccounted: 1 }), 1],
    ["unspoken", counts({ staying: 2, evacuated: 9 }), 1],
    ["zero", counts({ staying: 2, evacuated: 9 }), 0],
    ["zero", counts({ evacuated: 9 }), 0],
    ["unknown", { households: {}, people: {} }, 0],
  ] as const)("is %s", (danger, of, unspoken) => {
    expect(dangerOf(of, unspoken, "open")).toBe(danger);
  });

  it("is not zero while one person among thousands is missing", () => {
    expect(dangerOf(counts({ unaccounted: 1, evacuated: 5897 }), 0, "open")).toBe("missing");
  });

  it("is gone once the alert is cancelled", () => {
    expect(dangerOf(counts({ unaccounted: 18, needs_help: 1 }), 0, "cancelled")).toBe("cancelled");
  });
});

describe("people who stay without an officer's word", () => {
  const home = (standing: Home["standing"], settled_by: string | null): Home => ({
    code: "5119211002080001",
    standing,
    settled_by,
    people: {},
    headcount: 2,
    vulnerable: "",
    verified: false,
    flagged: false,
    known: null,
  });

  it("are counted from the households", () => {
    const homes = [home("staying", null), home("staying", "grid"), home("evacuated", null)];
    expect(unspokenAmong(homes)).toBe(1);
  });

  it("are counted by the service if the feed lists no households", () => {
    const here = (staying: number): Counts => ({ households: { staying }, people: {} });
    const told = [{ reason: "nobody_spoke_to_them", number: 3 }] as const;
    expect(unspokenBy(told, here(9))).toBe(3);
    // The service's number covers the officer's whole division and is capped by those who stay
    // here.
    expect([unspokenBy(told, here(2)), unspokenBy(told, here(0))]).toEqual([2, 0]);
    expect(unspokenBy([{ reason: "people_unaccounted", number: 3 }], here(9))).toBe(0);
  });
});

describe("the level of a tile", () => {
  it.each([
    ["call", counts({ evacuated: 9 }, 1)],
    ["most", counts({ unaccounted: 51, evacuated: 49 })],
    ["some", counts({ unaccounted: 50, evacuated: 50 })],
    ["some", counts({ unaccounted: 11, evacuated: 89 })],
    ["few", counts({ unaccounted: 10, evacuated: 90 })],
    ["few", counts({ unaccounted: 1, evacuated: 9000 })],
    ["none", counts({ evacuated: 9 })],
  ] as const)("is %s", (level, of) => {
    expect(levelOf(of)).toBe(level);
  });
});

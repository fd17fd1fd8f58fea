import { describe, expect, it } from "vitest";
import {
  accounted,
  allHouseholds,
  countsIn,
  everybody,
  peopleByStanding,
  shareUnaccounted,
  unaccounted,
} from "./counts";

const TALLIES = {
  "511921100208": {
    households: { unaccounted: 2, evacuated: 3 },
    people: { unaccounted: 5, needs_help: 1, evacuated: 9, verified: 4 },
  },
  "511921100209": {
    households: { unaccounted: 1, elsewhere: 1 },
    people: { unaccounted: 3, elsewhere: 2, verified: 2 },
  },
  "511921101001": { households: { staying: 1 }, people: { staying: 2 } },
};

describe("counts", () => {
  it.each([
    ["511921", 22, 8],
    ["511921100", 20, 8],
    ["511921100208", 15, 5],
    ["511921101", 2, 0],
    ["511999", 0, 0],
  ])("of %s include everything that lies in it", (division, all, missing) => {
    const counts = countsIn(TALLIES, division);
    expect(everybody(counts)).toBe(all);
    expect(unaccounted(counts)).toBe(missing);
  });

  it("count each person once, although the verified are also listed apart", () => {
    const counts = countsIn(TALLIES, "511921100");
    expect(accounted(counts)).toBe(11);
    expect(counts.people["verified"]).toBe(6);
    const shown = peopleByStanding(counts);
    expect(Object.values(shown).reduce((sum, each) => sum + each)).toBe(everybody(counts));
  });

  it("give the households and the share of people missing", () => {
    expect(allHouseholds(countsIn(TALLIES, "511921"))).toBe(8);
    expect(shareUnaccounted(countsIn(TALLIES, "511921100208"))).toBeCloseTo(5 / 15);
    expect(shareUnaccounted(countsIn(TALLIES, "511999"))).toBe(0);
  });
});

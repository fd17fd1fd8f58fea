import { describe, expect, it } from "vitest";
import type { FeedHouseholdBody, ListedHouseholdBody, Standing } from "../api";
import { byDanger, homeOf, isOpen, listedHome, nameless, type Home } from "./homes";

function live(code: string, standing: Standing, vulnerable = ""): FeedHouseholdBody {
  return {
    code,
    division: code.slice(0, 12),
    standing,
    people: { unaccounted: 2 },
    headcount: 2,
    verified: false,
    flagged: false,
    vulnerable,
    officer: null,
    settled_by: null,
  };
}

function listed(code: string, last_word_at: string | null): ListedHouseholdBody {
  return {
    ...live(code, "unaccounted"),
    head: "住户",
    address: "1号",
    language: "zh",
    persons: [],
    added_by: null,
    reason: "nothing_said",
    last_word_at,
    allowed_actions: [],
  };
}

function home(code: string, standing: Standing, vulnerable = "", word?: string | null): Home {
  return homeOf(
    live(code, standing, vulnerable),
    word === undefined ? undefined : listed(code, word),
  );
}

function codes(homes: readonly Home[]): string {
  return homes.map(({ code }) => code).join(" ");
}

describe("households by danger", () => {
  it("start with calls for help and end with the evacuated", () => {
    const standings = ["evacuated", "partly", "elsewhere", "needs_help", "staying", "unaccounted"];
    const homes = standings.map((standing) => home(standing, standing as Standing));
    expect(codes(byDanger(homes))).toBe(
      "needs_help unaccounted partly staying elsewhere evacuated",
    );
  });

  it("list vulnerable homes first, then silent ones, then those with the oldest last word", () => {
    const homes = [
      home("late", "unaccounted", "", "2026-08-29T05:20:00Z"),
      home("early", "unaccounted", "", "2026-08-29T05:12:00Z"),
      home("silent", "unaccounted", "", null),
      home("frail", "unaccounted", "frail", "2026-08-29T05:30:00Z"),
      home("unnamed", "unaccounted"),
    ];
    expect(codes(byDanger(homes))).toBe("frail silent early late unnamed");
  });

  it("are sorted by code when nothing else differs", () => {
    const homes = [home("2", "unaccounted"), home("3", "unaccounted"), home("1", "unaccounted")];
    expect(codes(byDanger(homes))).toBe("1 2 3");
  });
});

describe("a household", () => {
  it("has the feed's standing, even if the list has another", () => {
    const known = listed("1", null);
    expect(homeOf(live("1", "evacuated"), known)).toMatchObject({ standing: "evacuated", known });
    expect(listedHome(known)).toMatchObject({ standing: "unaccounted", known });
  });

  it("is open until its people are evacuated or elsewhere", () => {
    const open = (["needs_help", "staying", "unaccounted", "partly"] as const).map((standing) =>
      isOpen(home("1", standing)),
    );
    expect(open).toEqual([true, true, true, true]);
    expect(isOpen(home("1", "elsewhere")) || isOpen(home("1", "evacuated"))).toBe(false);
  });

  it("is nameless if it is shown and its name is not known", () => {
    const homes = [home("1", "unaccounted", "", null), home("2", "partly"), home("3", "partly")];
    expect(nameless(homes, 2)).toEqual(["2"]);
    expect(nameless(homes, 1)).toEqual([]);
  });
});

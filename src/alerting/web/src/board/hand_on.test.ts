import { expect, it } from "vitest";
import type { OfficerCallBody } from "../api";
import { candidates } from "./hand_on";

function officer(id: string, division: string): OfficerCallBody {
  return {
    id,
    name: id,
    role: "grid_officer",
    division,
    deputy_of: null,
    called_at: "2026-08-29T05:10:00Z",
    state: "called",
    confirmed_at: null,
    channel: null,
    told_above_at: null,
    woken_at: null,
    phone: null,
  };
}

it("officers responsible for a place are candidates, nearest first", () => {
  const called = [
    officer("county", "511921"),
    officer("next", "511921100209"),
    officer("grid", "511921100208"),
    officer("town", "511921100"),
  ];
  const ids = candidates(called, "5119211002080001").map(({ id }) => id);
  expect(ids).toEqual(["grid", "town", "county"]);
});

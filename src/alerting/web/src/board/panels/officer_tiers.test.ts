import { expect, it } from "vitest";
import type { CallState, OfficerCallBody } from "../../api";
import { byTier, tierOf } from "./officer_tiers";

function call(id: string, division: string, state: CallState): OfficerCallBody {
  return {
    id,
    name: id,
    role: "duty_officer",
    division,
    deputy_of: null,
    called_at: "t",
    state,
    confirmed_at: state === "confirmed" ? "t" : null,
    channel: null,
    told_above_at: null,
    woken_at: null,
    phone: null,
  };
}

it.each([
  ["5119", "city"],
  ["511921", "county"],
  ["511921100", "town"],
  ["511921100208", "village"],
  ["511921100208001", "grid"],
])("knows the tier of %s", (division, tier) => expect(tierOf(division)).toBe(tier));

it("lists the city first, and in each tier the officers not woken first", () => {
  const tiers = byTier([
    call("village", "511921100208", "called"),
    call("silent", "511921100", "called"),
    call("asleep", "511921100", "not_woken"),
    call("awake", "511921100", "confirmed"),
    call("city", "5119", "confirmed"),
  ]);
  const ids = (calls: readonly OfficerCallBody[]): string[] => calls.map(({ id }) => id);
  expect(tiers.map(({ tier, silent, confirmed }) => [tier, ids(silent), ids(confirmed)])).toEqual([
    ["city", [], ["city"]],
    ["town", ["asleep", "silent"], ["awake"]],
    ["village", ["village"], []],
  ]);
});

import { expect, it } from "vitest";
import { VILLAGE } from "./samples";
import { search, unknownCode } from "./search";
import type { Home } from "./server_cache";

function home(number: number, head: string, changes: Partial<Home> = {}): Home {
  return {
    code: `${VILLAGE}${String(number).padStart(4, "0")}`,
    division: VILLAGE,
    head,
    address: `千佛村1组${number}号`,
    headcount: 3,
    persons: [],
    standing: "unaccounted",
    vulnerable: "",
    ...changes,
  };
}

const HOMES = [
  home(7, "住户甲"),
  home(17, "Example Home"),
  home(27, "住户丙", { persons: ["小七"] }),
];

function found(typed: string): number[] {
  return search(HOMES, typed).map(({ code }) => Number(code.slice(-4)));
}

it.each([
  ["0017", [17]],
  ["００17", [17]],
  ["7", [7, 17, 27]],
  ["住户", [7, 27]],
  ["example h", [17]],
  ["小七", [27]],
  ["组17号", [17]],
  [`${VILLAGE}0007`, [7]],
  ["nobody", []],
  ["  ", []],
])("%s finds %j", (typed, numbers) => {
  expect(found(typed)).toEqual(numbers);
});

it("ranks matching codes before addresses that only contain the number", () => {
  const homes = [home(1, "甲", { address: "0002号" }), home(2, "乙")];
  expect(search(homes, "0002").map(({ head }) => head)).toEqual(["乙", "甲"]);
});

it("limits the number of results", () => {
  expect(
    search(
      Array.from({ length: 50 }, (_, n) => home(n, "住户")),
      "住户",
    ),
  ).toHaveLength(12);
});

it("offers only a full code that is on no list here", () => {
  expect(unknownCode(HOMES, ` ${VILLAGE} 0099`)).toBe(`${VILLAGE}0099`);
  expect(unknownCode(HOMES, `${VILLAGE}0007`)).toBeNull();
  expect(unknownCode(HOMES, "0099")).toBeNull();
});

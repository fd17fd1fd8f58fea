import { expect, it } from "vitest";
import { villagesOf } from "./villages";

const QIANFO = "511921100208";
const NEXT = "511921100209";
const TALLIES = {
  [`${QIANFO}001`]: { people: { unaccounted: 3 }, households: { unaccounted: 1, partly: 1 } },
  [`${QIANFO}002`]: { people: { unaccounted: 4 }, households: { unaccounted: 2 } },
  [NEXT]: { people: { unaccounted: 9 }, households: { unaccounted: 3 } },
  "511921101201": { people: {}, households: {} },
};

it("adds grids to their village and lists the most unaccounted first", () => {
  expect(villagesOf(TALLIES, "511921100")).toEqual([
    { code: NEXT, people: 9, households: 3 },
    { code: QIANFO, people: 7, households: 4 },
  ]);
});

it.each([
  [NEXT, [NEXT]],
  [`${QIANFO}001`, [QIANFO]],
  ["511921", [NEXT, QIANFO, "511921101201"]],
])("of %s are %o", (division, codes) => {
  expect(villagesOf(TALLIES, division).map(({ code }) => code)).toEqual(codes);
});

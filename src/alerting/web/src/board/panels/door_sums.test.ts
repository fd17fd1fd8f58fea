import { expect, it } from "vitest";
import type { DoorCountBody, TaskState } from "../../api";
import { byOfficer, byVillage, pending, sumDoors } from "./door_sums";

const QIANFO = "511921100208";
const GRID = `${QIANFO}001`;
const NEXT = "511921100209";

function counted(
  state: TaskState,
  count: number,
  officer: string | null = "grid",
  division: string = QIANFO,
  due = "2022-08-28T20:40:00Z",
): DoorCountBody {
  const officer_name = officer && `officer ${officer}`;
  return { division, officer, officer_name, state, count, oldest_due_at: due };
}

it.each<[TaskState, keyof ReturnType<typeof sumDoors> | null]>([
  ["open", "open"],
  ["taken", "taken"],
  ["done", "settled"],
  ["answered", "settled"],
  ["passed_on", "passedOn"],
  ["dropped", null],
])("counts tasks that are %s as %s", (state, into) => {
  const none = { open: 0, taken: 0, settled: 0, passedOn: 0 };
  expect(sumDoors([counted(state, 3)])).toEqual(into ? { ...none, [into]: 3 } : none);
});

it("pending doors are the open and the taken ones", () => {
  const doors = [counted("open", 2), counted("taken", 1), counted("done", 5)];
  expect(pending(sumDoors(doors))).toBe(3);
});

it("groups by village including its grids, most pending first", () => {
  const doors = [
    counted("open", 1, "grid", NEXT),
    counted("open", 2, "grid", QIANFO, "2022-08-28T20:45:00Z"),
    counted("open", 1, "grid", GRID, "2022-08-28T20:41:00Z"),
    counted("done", 9, "grid", NEXT, "2022-08-28T20:31:00Z"),
  ];
  expect(
    byVillage(doors).map(({ key, open, settled, dueAt }) => [key, open, settled, dueAt]),
  ).toEqual([
    [QIANFO, 3, 0, "2022-08-28T20:41:00Z"],
    [NEXT, 1, 9, "2022-08-28T20:40:00Z"],
  ]);
});

it("groups by officer, with the unassigned doors as one group", () => {
  const doors = [counted("open", 4, null), counted("taken", 1), counted("passed_on", 7)];
  expect(
    byOfficer(doors).map(({ name, open, taken, passedOn, dueAt }) => [
      name,
      open,
      taken,
      passedOn,
      dueAt,
    ]),
  ).toEqual([
    ["", 4, 0, 0, "2022-08-28T20:40:00Z"],
    ["officer grid", 0, 1, 7, null],
  ]);
});

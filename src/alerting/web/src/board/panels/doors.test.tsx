import { signal } from "@preact/signals";
import { expect, it, vi } from "vitest";
import type { DoorCountBody, TaskBody } from "../../api";
import { doorOf } from "../../doors/samples";
import { drawn, SENT, SESSION, SILENT_FEED } from "../drawing";
import type { DoorQueries } from "./door_queries";
import { Doors } from "./doors";

const MINUTE = 60_000;

function at(minute: number): string {
  return new Date(SENT + minute * MINUTE).toISOString();
}

function queries(tasks: readonly TaskBody[], counts: readonly DoorCountBody[]): DoorQueries {
  const [none, listed, counted] = [signal(null), signal(tasks), signal(counts)];
  return {
    tasks: { value: listed, error: none },
    counts: { value: counted, error: none },
  } as unknown as DoorQueries;
}

it("marks a door whose deadline is long past, with the time since then", async () => {
  vi.spyOn(Date, "now").mockReturnValue(SENT + 20 * MINUTE);
  const tasks = [
    doorOf(1, { due_at: at(6) }),
    doorOf(2, { due_at: at(25) }),
    doorOf(3, { due_at: at(6), state: "taken" }),
  ];
  const { division, officer, officer_name } = doorOf(1);
  const open = { division, officer, officer_name, state: "open", count: 2 } as const;
  const doors = queries(tasks, [{ ...open, oldest_due_at: at(6) }]);
  const place = await drawn(<Doors doors={doors} feed={SILENT_FEED} session={SESSION} />);
  const marked = [...place.querySelectorAll(".is-late")].map((each) => each.textContent);
  // The village, its officer and one door.
  expect(marked).toEqual(Array(3).fill("overdue by 14 mins"));
  expect(place.querySelectorAll(".door .is-late")).toHaveLength(1);
  vi.restoreAllMocks();
});

/** Door tasks summed by state, by village and by officer. */

import type { DoorCountBody, TaskState } from "../../api";
import { villageOf } from "./places";

/** Numbers of doors still to knock on, and of those that are finished. */
export interface Doors {
  /** Nobody is on the way yet. */
  readonly open: number;
  readonly taken: number;
  /** Settled by the report of the officer sent there, or by anybody else's. */
  readonly settled: number;
  /** Handed on, or passed on to the next in line. */
  readonly passedOn: number;
}

export interface DoorsOf extends Doors {
  readonly key: string;
  readonly name: string;
  /** The earliest due time of the open doors; null if none is open. */
  readonly dueAt: string | null;
}

const INTO: Readonly<Record<TaskState, keyof Doors | null>> = {
  open: "open",
  taken: "taken",
  done: "settled",
  answered: "settled",
  passed_on: "passedOn",
  dropped: null,
};
const NONE: Doors = { open: 0, taken: 0, settled: 0, passedOn: 0 };

export function sumDoors(counts: readonly DoorCountBody[]): Doors {
  return counts.reduce(add, NONE);
}

export function byVillage(counts: readonly DoorCountBody[]): DoorsOf[] {
  return grouped(
    counts,
    ({ division }) => villageOf(division),
    () => "",
  );
}

/** Return the doors by officer, most pending first; unassigned doors have the key ''. */
export function byOfficer(counts: readonly DoorCountBody[]): DoorsOf[] {
  return grouped(
    counts,
    ({ officer }) => officer ?? "",
    ({ officer, officer_name }) => officer_name ?? officer ?? "",
  );
}

function grouped(
  counts: readonly DoorCountBody[],
  keyOf: (count: DoorCountBody) => string,
  nameOf: (count: DoorCountBody) => string,
): DoorsOf[] {
  const groups = new Map<string, DoorCountBody[]>();
  for (const count of counts) {
    const key = keyOf(count);
    groups.set(key, [...(groups.get(key) ?? []), count]);
  }
  return [...groups]
    .map(([key, own]) => ({
      ...sumDoors(own),
      key,
      name: own[0] ? nameOf(own[0]) : "",
      dueAt: firstDue(own),
    }))
    .sort((a, b) => pending(b) - pending(a) || a.key.localeCompare(b.key));
}

/** Return the number of doors still to be visited: open or taken. */
export function pending({ open, taken }: Doors): number {
  return open + taken;
}

function firstDue(counts: readonly DoorCountBody[]): string | null {
  const due = counts.filter(({ state }) => state === "open").map((count) => count.oldest_due_at);
  return due.sort()[0] ?? null;
}

function add(sum: Doors, { state, count }: DoorCountBody): Doors {
  const into = INTO[state];
  return into === null ? sum : { ...sum, [into]: sum[into] + count };
}

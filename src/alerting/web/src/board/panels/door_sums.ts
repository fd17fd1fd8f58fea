/** Doors counted as people ask for them: by state, by village, by officer. */

import type { DoorCountBody, TaskState } from "../../api";
import { villageOf } from "./places";

/** How many doors somebody has still to knock on, and what became of the others. */
export interface Doors {
  /** Nobody is on the way yet. */
  readonly open: number;
  readonly taken: number;
  /** Settled: by who was sent there, or by somebody else's word. */
  readonly settled: number;
  /** Handed on, or passed on to the next in line. */
  readonly passedOn: number;
}

export interface DoorsOf extends Doors {
  readonly key: string;
  readonly name: string;
  /** When somebody should have been at the first of the open doors; null: none is open. */
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

/** Officers by how many doors wait for them; those of nobody have the key ''. */
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

/** Doors that are still somebody's. */
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

/** An officer's doors, combined with the reports on this phone, sent or not. */

import type { TaskBody } from "../api";
import { isUnsent, settles, UNDO_MS, type Entry } from "./entry";
import { inOrder, type Position } from "./order";
import type { ServerCache } from "./server_cache";

/** `todo`: to visit. `just`: reported less than `UNDO_MS` ago, still in place. `reported`: done. */
export type Stage = "todo" | "just" | "reported";

export interface RoundDoor {
  readonly door: TaskBody;
  readonly stage: Stage;
  /** The latest report on it from this phone. */
  readonly latest: Entry | null;
}

/** Period for which a door with an undone report stays on the list without the service. */
const REOPENED_MS = 10 * UNDO_MS;

/** Return the doors of a round: those to do in walking order, then the reported ones. */
export function roundOf(
  cache: ServerCache,
  entries: readonly Entry[],
  here: Position | null,
  now: number,
): RoundDoor[] {
  const latest = latestAt(entries);
  const doors = new Map<string, TaskBody>();
  for (const entry of latest.values())
    if (entry.door) doors.set(nameOf(entry.door.alert, entry.door.household), entry.door);
  // Take the service's version, except within the minute to undo, when nothing moves.
  for (const door of cache.mine) {
    const name = nameOf(door.alert, door.household);
    if (!isFresh(latest.get(name), now)) doors.set(name, door);
  }
  const listed = new Set(cache.mine.map((door) => nameOf(door.alert, door.household)));
  const placed = inOrder([...doors.values()], here).map((door) => {
    const name = nameOf(door.alert, door.household);
    const entry = latest.get(name) ?? null;
    return { door, latest: entry, stage: stageOf(entry, listed.has(name), cache.askedAt, now) };
  });
  return [
    ...placed.filter(({ stage }) => stage !== "reported"),
    ...placed.filter(({ stage }) => stage === "reported"),
  ];
}

function stageOf(latest: Entry | null, isListed: boolean, askedAt: number, now: number): Stage {
  if (latest === null) return "todo";
  const isRecent = now - latest.pressedAt < REOPENED_MS;
  if (latest.state === "refused" || latest.takesBack !== null || !settles(latest))
    return isListed || isRecent || isUnsent(latest) ? "todo" : "reported";
  if (isFresh(latest, now)) return "just";
  // The service was polled after it had the report and still lists the door.
  const isWantedAgain = isListed && latest.answeredAt !== null && askedAt > latest.answeredAt;
  return isWantedAgain ? "todo" : "reported";
}

/** Return the latest report on each door that was not undone. */
function latestAt(entries: readonly Entry[]): Map<string, Entry> {
  const latest = new Map<string, Entry>();
  for (const entry of entries)
    if ("household" in entry.deed && !entry.takenBack)
      latest.set(nameOf(entry.alert, entry.deed.household), entry);
  return latest;
}

function isFresh(entry: Entry | undefined, now: number): boolean {
  return entry !== undefined && now - entry.pressedAt < UNDO_MS;
}

function nameOf(alert: number, household: string): string {
  return `${alert}/${household}`;
}

/** An officer's doors, combined with the reports on this phone, sent or not. */

import type { TaskBody } from "../api";
import { isUnsent, settles, UNDO_MS, type Entry } from "./entry";
import { inOrder, type Position } from "./order";
import { doorName, type ServerCache } from "./server_cache";

/** `todo`: to visit. `just`: reported within `UNDO_MS`, keeps its place. `reported`: done. */
export type Stage = "todo" | "just" | "reported";

export interface RoundDoor {
  readonly door: TaskBody;
  readonly stage: Stage;
  /** The latest report on this door from this phone. */
  readonly latest: Entry | null;
}

/** Time for which a door with an undone report stays listed if the service does not list it. */
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
  for (const entry of latest.values()) if (entry.door) doors.set(doorName(entry.door), entry.door);
  // Take the service's version, except within the minute to undo, when nothing moves.
  for (const door of cache.mine) {
    const name = doorName(door);
    if (!isFresh(latest.get(name), now)) doors.set(name, door);
  }
  const listed = new Set(cache.mine.map((door) => doorName(door)));
  const placed = inOrder([...doors.values()], here).map((door) => {
    const name = doorName(door);
    const entry = latest.get(name) ?? null;
    return { door, latest: entry, stage: stageOf(entry, listed.has(name), cache.askedAt, now) };
  });
  return [
    ...placed.filter(({ stage }) => stage !== "reported"),
    ...placed.filter(({ stage }) => stage === "reported"),
  ];
}

/** A door that was the officer's and was handed to the officer `to`. */
export interface GoneDoor {
  readonly door: TaskBody;
  readonly to: string;
}

/** Return the doors that others have now and that were not reported from this phone. */
export function goneOf(cache: ServerCache, entries: readonly Entry[]): GoneDoor[] {
  const latest = latestAt(entries);
  const others = new Map(cache.others.map((door) => [doorName(door), door]));
  return cache.gone
    .filter((door) => !latest.has(doorName(door)))
    .flatMap((door) => {
      const now = others.get(doorName(door));
      return now ? [{ door, to: now.officer_name ?? now.officer ?? "" }] : [];
    });
}

function stageOf(latest: Entry | null, isListed: boolean, askedAt: number, now: number): Stage {
  if (latest === null) return "todo";
  const isRecent = now - latest.pressedAt < REOPENED_MS;
  if (latest.state === "refused" || latest.takesBack !== null || !settles(latest))
    return isListed || isRecent || isUnsent(latest) ? "todo" : "reported";
  if (isFresh(latest, now)) return "just";
  // The service already had the report at the last poll, and still listed the door.
  const isWantedAgain = isListed && latest.answeredAt !== null && askedAt > latest.answeredAt;
  return isWantedAgain ? "todo" : "reported";
}

/** Return the latest report on each door that was not undone. */
function latestAt(entries: readonly Entry[]): Map<string, Entry> {
  const latest = new Map<string, Entry>();
  for (const entry of entries)
    if ("household" in entry.deed && !entry.takenBack)
      latest.set(doorName({ alert: entry.alert, household: entry.deed.household }), entry);
  return latest;
}

function isFresh(entry: Entry | undefined, now: number): boolean {
  return entry !== undefined && now - entry.pressedAt < UNDO_MS;
}

/** A cache of the service's last answers about an officer's doors, for use without a network. */

import type {
  AlertBody,
  CallBody,
  DivisionBody,
  HouseholdPageBody,
  ListedHouseholdBody,
  TaskBody,
} from "../api";
import { get } from "../client";

/** The fields of a household that the assembly point searches. */
export type Home = Pick<
  ListedHouseholdBody,
  "code" | "division" | "head" | "address" | "headcount" | "persons" | "standing" | "vulnerable"
>;

export interface ServerCache {
  /** Alerts that can have doors, calls or people at the assembly point. */
  readonly alerts: readonly AlertBody[];
  readonly calls: readonly CallBody[];
  readonly mine: readonly TaskBody[];
  /** Doors that were the officer's own at an earlier poll, until the officer hides them. */
  readonly gone: readonly TaskBody[];
  /** Doors in the officer's division that are assigned to other officers. */
  readonly others: readonly TaskBody[];
  /** The households on the roll of each alert, within the officer's division. */
  readonly homes: Readonly<Record<number, readonly Home[]>>;
  /** The villages and grids of each alert, within the officer's division. */
  readonly places: Readonly<Record<number, readonly DivisionBody[]>>;
  /** The device's time of the poll, in milliseconds. */
  readonly askedAt: number;
  readonly homesAt: number;
}

export const EMPTY_CACHE: ServerCache = {
  alerts: [],
  calls: [],
  mine: [],
  gone: [],
  others: [],
  homes: {},
  places: {},
  askedAt: 0,
  homesAt: 0,
};

const CONCERNS = new Set<AlertBody["state"]>(["open", "closed", "expired"]);
const PENDING = new Set<TaskBody["state"]>(["open", "taken"]);
const MOST_DOORS = 500;
const PAGE = 1000;
/** Limit on pages cached; in a large town, other households are looked up by code. */
const MOST_PAGES = 3;

/** Poll everything except the rolls. Throws Refusal or Unreachable. */
export async function poll(
  officer: string,
  before: ServerCache,
  now: number,
): Promise<ServerCache> {
  const [all, calls, mine] = await Promise.all([
    get("/api/alerts"),
    get("/api/calls"),
    get("/api/tasks"),
  ]);
  const alerts = all.filter(({ state }) => CONCERNS.has(state));
  const listed = await Promise.all(alerts.map(({ id }) => doorsOf(id)));
  const others = listed
    .flat()
    .filter((task) => PENDING.has(task.state) && task.officer !== officer);
  const gone = goneAfter(before, mine, alerts);
  return { ...before, alerts, calls, mine, gone, others, askedAt: now };
}

/** Return the officer's former doors whose alerts are still running. */
export function goneAfter(
  before: Pick<ServerCache, "mine" | "gone">,
  mine: readonly TaskBody[],
  alerts: readonly Pick<AlertBody, "id">[],
): TaskBody[] {
  const own = new Set(mine.map(doorName));
  const going = new Set(alerts.map(({ id }) => id));
  return [...before.mine, ...before.gone].filter(
    (door) => !own.has(doorName(door)) && going.has(door.alert),
  );
}

/** Return the identity of a door, which does not depend on its officer. */
export function doorName({ alert, household }: Pick<TaskBody, "alert" | "household">): string {
  return `${alert}/${household}`;
}

/** Read the rolls. Throws Refusal or Unreachable. */
export async function readRolls(cache: ServerCache, now: number): Promise<ServerCache> {
  const ids = cache.alerts.map(({ id }) => id);
  const [homes, places] = await Promise.all([byAlert(ids, roll), byAlert(ids, placesOf)]);
  return { ...cache, homes, places, homesAt: now };
}

async function doorsOf(alert: number): Promise<readonly TaskBody[]> {
  return await get("/api/alerts/{alert_id}/tasks", {
    path: { alert_id: alert },
    query: { limit: MOST_DOORS },
  });
}

async function byAlert<T>(
  ids: readonly number[],
  ask: (alert: number) => Promise<T>,
): Promise<Record<number, T>> {
  return Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await ask(id)] as const)));
}

async function placesOf(alert: number): Promise<readonly DivisionBody[]> {
  const all = await get("/api/alerts/{alert_id}/divisions", { path: { alert_id: alert } });
  return all.filter(({ tier }) => tier === "village" || tier === "grid");
}

async function roll(alert: number): Promise<Home[]> {
  const homes: Home[] = [];
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const asked = { path: { alert_id: alert }, query: { limit: PAGE, after } };
    const found: HouseholdPageBody = await get("/api/alerts/{alert_id}/households", asked);
    homes.push(...found.households.map(homeOf));
    after = found.after;
    if (after === null) break;
  }
  return homes;
}

function homeOf(listed: ListedHouseholdBody): Home {
  const { code, division, head, address, headcount, persons, standing, vulnerable } = listed;
  return { code, division, head, address, headcount, persons, standing, vulnerable };
}

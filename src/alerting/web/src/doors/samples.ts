/** Sample doors and officers for tests. */

import type { TaskBody } from "../api";
import type { AlertClock } from "../alert_time";
import type { Me } from "../me";
import type { Draft, Entry, Report } from "./entry";

export const VILLAGE = "511921100208";
/** A clock whose alert time is the device's time. */
export const CLOCK: AlertClock = { speed: 1, alert: 0, device: 0 };
export const START = Date.parse("2026-08-29T05:10:00Z");

export function officer(id: string): Me {
  return {
    id,
    name: `officer ${id}`,
    role: "grid_officer",
    division: VILLAGE,
    division_name: "千佛村",
    tier: "village",
  };
}

export function doorOf(number: number, changes: Partial<TaskBody> = {}): TaskBody {
  return {
    id: number,
    alert: 1,
    household: `${VILLAGE}${String(number).padStart(4, "0")}`,
    division: VILLAGE,
    officer: "grid",
    officer_name: "officer grid",
    cause: "silent",
    state: "open",
    due_at: "2026-08-29T05:08:00Z",
    opened_at: "2026-08-29T05:08:00Z",
    taken_at: null,
    closed_at: null,
    closed_by: null,
    head: `住户${number}`,
    address: `${number}号`,
    headcount: 4,
    vulnerable: "",
    persons: [],
    standing: "unaccounted",
    unaccounted: 4,
    phone: null,
    latitude: null,
    longitude: null,
    last_word: null,
    ...changes,
  };
}

export function draftOf(
  report: Report,
  door: TaskBody = doorOf(1),
  people: number | null = null,
): Draft {
  const deed = { kind: "report", household: door.household, report, people, note: "" } as const;
  return { alert: door.alert, deed, about: door.head, door, takesBack: null };
}

export function entryOf(draft: Draft, changes: Partial<Entry> = {}): Entry {
  return {
    ...draft,
    id: 1,
    key: "0123456789abcdef",
    officer: "grid",
    officerName: "officer grid",
    givenAt: new Date(START).toISOString(),
    pressedAt: START,
    state: "waiting",
    answeredAt: null,
    refusal: null,
    takenBack: false,
    ...changes,
  };
}

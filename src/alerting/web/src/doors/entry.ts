/** An officer's deeds on this device (report, check-in, confirmation) and how they are undone. */

import type { FindingBody, TaskBody } from "../api";

export type Report = FindingBody["report"];

/** A deed; `people` is null if it holds for the whole household. */
export type Deed =
  | {
      readonly kind: "report";
      readonly household: string;
      readonly report: Report;
      readonly people: number | null;
      readonly note: string;
    }
  | { readonly kind: "check_in"; readonly household: string; readonly people: number | null }
  | {
      readonly kind: "visitors";
      readonly division: string;
      readonly name: string;
      readonly people: number;
      readonly report: Report;
    }
  | { readonly kind: "confirm" };

/**
 * Delivery state to the ledger. `tried`: no answer came, so the ledger may have the entry.
 * `refused`: the entry is kept until the officer dismisses it.
 */
export type EntryState = "waiting" | "tried" | "received" | "refused";

/** A deed to be queued. */
export interface Draft {
  readonly alert: number;
  readonly deed: Deed;
  /** The people or household concerned, in words. */
  readonly about: string;
  /** The door it was reported at, as shown then. */
  readonly door: TaskBody | null;
  /** Id of the entry that this one corrects. */
  readonly takesBack: number | null;
}

/** An entry of the queue; `id` is its position. */
export interface Entry extends Draft {
  readonly id: number;
  /** Idempotency key: the entry counts once, however often it is sent. */
  readonly key: string;
  readonly officer: string;
  readonly officerName: string;
  /** Alert time of the observation (ISO 8601), whenever the entry is sent. */
  readonly givenAt: string;
  /** The device's time of the tap, in milliseconds; the report can be undone for a minute. */
  readonly pressedAt: number;
  readonly state: EntryState;
  /** The device's time of the service's answer, in milliseconds. */
  readonly answeredAt: number | null;
  readonly refusal: string | null;
  readonly takenBack: boolean;
}

/** Period in which one tap undoes a report. */
export const UNDO_MS = 60_000;
const CORRECTION = "更正：误点 Correction: pressed by mistake";

/** Way to undo a report now: drop it, send a correction, or none. */
export type Undo = "drop" | "correct" | null;

/** Return how an entry can be undone at the device's time `now`; null if it cannot. */
export function undoOf(entry: Entry, now: number): Undo {
  if (entry.takenBack || entry.takesBack !== null || now - entry.pressedAt >= UNDO_MS) return null;
  if (entry.deed.kind === "confirm") return null;
  if (entry.state === "waiting") return "drop";
  if (entry.state === "refused") return null;
  return correctionOf(entry) ? "correct" : null;
}

/**
 * Return the report that corrects a report which the ledger has or may have; null if none may.
 *
 * Evidence can only be added. If the household needed help or was staying, it is reported so again.
 * Any other household is reported with nobody out, so that somebody looks for them: a mistake must
 * not account for anyone. 'Not home' accounts for nobody, so it gets no correction, which could
 * undo somebody else's report.
 */
export function correctionOf({ deed, door }: Entry): Deed | null {
  if (deed.kind !== "report" || deed.report === "not_home") return null;
  const { kind, household } = deed;
  const before = door?.standing;
  if (before === "needs_help" || before === "staying")
    return { kind, household, report: before, people: null, note: CORRECTION };
  return { kind, household, report: "evacuated", people: 0, note: CORRECTION };
}

/** Return whether the ledger has not answered it yet. */
export function isUnsent({ state }: Entry): boolean {
  return state === "waiting" || state === "tried";
}

/** Return whether a report settles a door: all out, elsewhere, or staying. */
export function settles({ deed, door, takesBack }: Entry): boolean {
  if (takesBack !== null || deed.kind === "visitors" || deed.kind === "confirm") return false;
  if (deed.kind === "report" && deed.report === "staying") return true;
  if (deed.kind === "report" && deed.report !== "evacuated" && deed.report !== "elsewhere")
    return false;
  return deed.people === null || (door !== null && deed.people >= door.headcount);
}

/** What an officer did on this device: a report, a check-in, a confirmation; and taking it back. */

import type { FindingBody, TaskBody } from "../api";

export type Report = FindingBody["report"];

/** What was done. `people` null: it holds for the whole household. */
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
 * How far the ledger has it. `tried`: no answer came, so it may have it. `refused`: it said no;
 * that stays until the officer has seen why.
 */
export type EntryState = "waiting" | "tried" | "received" | "refused";

/** What is to be sent, before it has its place in the queue. */
export interface Draft {
  readonly alert: number;
  readonly deed: Deed;
  /** Whom it is about, in words. */
  readonly about: string;
  /** The door it was reported at, as it was shown then. */
  readonly door: TaskBody | null;
  /** The id of the entry that this one takes back. */
  readonly takesBack: number | null;
}

/** One line of the queue; `id` is its place in it. */
export interface Entry extends Draft {
  readonly id: number;
  /** Under which it counts once, however often it is sent. */
  readonly key: string;
  readonly officer: string;
  readonly officerName: string;
  /** Alert time, ISO 8601: when it was seen, whenever it is sent. */
  readonly givenAt: string;
  /** The device's time of the same, in milliseconds: for the minute in which it can be undone. */
  readonly pressedAt: number;
  readonly state: EntryState;
  /** The device's time when the service answered. */
  readonly answeredAt: number | null;
  readonly refusal: string | null;
  readonly takenBack: boolean;
}

/** So long a report can be taken back by one tap. */
export const UNDO_MS = 60_000;
const CORRECTION = "更正：误点 Correction: pressed by mistake";

/** How a report can be taken back now: dropped, by a further report, or not at all. */
export type Undo = "drop" | "correct" | null;

/** Return how an entry can be taken back, and null where it cannot, at the device's time `now`. */
export function undoOf(entry: Entry, now: number): Undo {
  if (entry.takenBack || entry.takesBack !== null || now - entry.pressedAt >= UNDO_MS) return null;
  if (entry.deed.kind === "confirm") return null;
  if (entry.state === "waiting") return "drop";
  if (entry.state === "refused") return null;
  return correctionOf(entry) ? "correct" : null;
}

/**
 * Return the report that takes back one that the ledger has, or may have: evidence is only added.
 *
 * Who called for help or stayed before does so again. Of all others it says that nobody is out,
 * so that somebody looks after them: a mistake must not account for anyone. 'Not home' accounts
 * for nobody, and a word on it could take back somebody else's.
 */
export function correctionOf({ deed, door }: Entry): Deed | null {
  if (deed.kind !== "report" || deed.report === "not_home") return null;
  const { kind, household } = deed;
  const before = door?.standing;
  if (before === "needs_help" || before === "staying")
    return { kind, household, report: before, people: null, note: CORRECTION };
  return { kind, household, report: "evacuated", people: 0, note: CORRECTION };
}

/** Whether the ledger does not have it yet. */
export function isUnsent({ state }: Entry): boolean {
  return state === "waiting" || state === "tried";
}

/** Whether a report leaves nobody to ask after: out as a whole, elsewhere, or staying. */
export function settles({ deed, door, takesBack }: Entry): boolean {
  if (takesBack !== null || deed.kind === "visitors" || deed.kind === "confirm") return false;
  if (deed.kind === "report" && deed.report === "staying") return true;
  if (deed.kind === "report" && deed.report !== "evacuated" && deed.report !== "elsewhere")
    return false;
  return deed.people === null || (door !== null && deed.people >= door.headcount);
}

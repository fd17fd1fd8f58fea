/**
 * Sends the outbox in order, one entry at a time, and retries until the ledger has answered.
 *
 * Entries about one household keep their order. An entry on which the service fails does not hold
 * up those about other households.
 */

import { Refusal } from "../client";
import { pauseBefore } from "../feed";
import { StorageFailure } from "./device";
import { isUnsent, type Entry } from "./entry";
import type { Outbox } from "./outbox";

const UNAUTHORISED = 401;
const TOO_MANY = 429;
const BROKEN = 500;
/** Failures in a row after which the service counts as down, instead of an entry being at fault. */
const DOWN_AFTER = 3;
/** Lock that lets only one window of a phone send at a time. */
const LOCK = "doors-sender";

/** Outcome of a round of sending. `done`: nothing is left. `away`: the rest is retried later. */
export type Round = "done" | "away" | "somebody_else";

export interface Requests {
  /** Return the officer whose session is active. Throws Refusal or Unreachable. */
  readonly who: () => Promise<string>;
  /** Send an entry. Throws Refusal or Unreachable. */
  readonly send: (entry: Entry) => Promise<void>;
}

export class Sender {
  readonly #outbox: Outbox;
  readonly #officer: string;
  readonly #requests: Requests;
  readonly #onRound: (round: Round) => void;
  #running: Promise<Round> | null = null;
  #attempt = 0;
  /** Number of failures by entry id; entries with the fewest failures are sent first. */
  readonly #failures = new Map<number, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    outbox: Outbox,
    officer: string,
    requests: Requests,
    onRound: (round: Round) => void,
  ) {
    this.#outbox = outbox;
    this.#officer = officer;
    this.#requests = requests;
    this.#onRound = onRound;
  }

  /** Send all waiting entries; concurrent callers share one round. */
  flush(): Promise<Round> {
    this.#running ??= alone(() => this.#round()).finally(() => (this.#running = null));
    return this.#running;
  }

  /** Send now, and retry with jittered back-off while entries wait. */
  async keepOn(): Promise<void> {
    clearTimeout(this.#timer);
    const round = await this.flush();
    // Entries added just as the round ended need another one.
    if (round === "done" && this.#outbox.entries.value.some(isUnsent)) return await this.keepOn();
    this.#attempt = round === "away" ? this.#attempt + 1 : 0;
    if (round === "away")
      this.#timer = setTimeout(() => void this.keepOn(), pauseBefore(this.#attempt));
    this.#onRound(round);
  }

  async #round(): Promise<Round> {
    try {
      if (!(await this.#outbox.next())) return "done";
      if (!navigator.onLine) return "away";
      // Other windows share the cookie, and somebody else may have signed in there since.
      if ((await this.#requests.who()) !== this.#officer) return "somebody_else";
      return await this.#sendAll();
    } catch (error) {
      if (isLater(error)) return "away";
      throw error;
    }
  }

  /** Send until nothing is left, or the service has failed on every entry left. */
  async #sendAll(): Promise<Round> {
    const failed = new Set<number>();
    let inARow = 0;
    for (let next = this.#next(failed); next; next = this.#next(failed)) {
      if (await this.#sendOne(next.id)) {
        inARow = 0;
        this.#failures.delete(next.id);
      } else {
        failed.add(next.id);
        this.#failures.set(next.id, this.#failuresOf(next) + 1);
        if (++inARow >= DOWN_AFTER) break;
      }
    }
    return failed.size ? "away" : "done";
  }

  /** Return the next entry to send: of each household the oldest, unless this round failed on it. */
  #next(failed: ReadonlySet<number>): Entry | undefined {
    const oldest = new Map<string, Entry>();
    for (const entry of this.#outbox.entries.value.filter(isUnsent))
      if (!oldest.has(subjectOf(entry))) oldest.set(subjectOf(entry), entry);
    return [...oldest.values()]
      .filter(({ id }) => !failed.has(id))
      .toSorted((one, other) => this.#failuresOf(one) - this.#failuresOf(other))[0];
  }

  #failuresOf({ id }: Entry): number {
    return this.#failures.get(id) ?? 0;
  }

  /** Send an entry; return false if the service failed on it. */
  async #sendOne(id: number): Promise<boolean> {
    const entry = await this.#outbox.tried(id);
    if (!entry) return true;
    try {
      await this.#requests.send(entry);
      await this.#outbox.received(id, Date.now());
      return true;
    } catch (error) {
      if (!(error instanceof Refusal) || isLater(error)) throw error;
      if (error.status >= BROKEN) return false;
      const why = error.reasons.length ? error.reasons.join("; ") : error.message;
      await this.#outbox.refused(id, why, Date.now());
      return true;
    }
  }
}

/** Return whether to end the round, because something other than the report itself failed. */
function isLater(error: unknown): boolean {
  if (error instanceof StorageFailure) return true;
  if (!(error instanceof Refusal)) return error instanceof Error && error.name === "Unreachable";
  const { status } = error;
  return status === UNAUTHORISED || status === TOO_MANY;
}

/** Return the group in which entries keep their order: one household, or else the entry alone. */
function subjectOf({ alert, deed, id }: Entry): string {
  return "household" in deed ? `${alert}/${deed.household}` : String(id);
}

/** Run under a Web Lock. Without HTTPS there are no locks, and idempotency keys make it safe. */
async function alone(round: () => Promise<Round>): Promise<Round> {
  return navigator.locks ? await navigator.locks.request(LOCK, round) : await round();
}

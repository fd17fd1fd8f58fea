/** Sends the outbox in order, one entry at a time, and retries until the ledger has answered. */

import { Refusal } from "../client";
import { pauseBefore } from "../feed";
import { StorageFailure } from "./device";
import { isUnsent, type Entry } from "./entry";
import type { Outbox } from "./outbox";

const UNAUTHORISED = 401;
const TOO_MANY = 429;
const BROKEN = 500;
/** Lock that lets only one window of a phone send at a time. */
const LOCK = "doors-sender";

/** Outcome of a round of sending: `done`, nothing is left; `away`, it is retried later. */
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
      for (let next = await this.#outbox.next(); next; next = await this.#outbox.next())
        await this.#sendOne(next.id);
      return "done";
    } catch (error) {
      if (isLater(error)) return "away";
      throw error;
    }
  }

  async #sendOne(id: number): Promise<void> {
    const entry = await this.#outbox.tried(id);
    if (!entry) return;
    try {
      await this.#requests.send(entry);
      await this.#outbox.received(id, Date.now());
    } catch (error) {
      if (!(error instanceof Refusal) || isLater(error)) throw error;
      const why = error.reasons.length ? error.reasons.join("; ") : error.message;
      await this.#outbox.refused(id, why, Date.now());
    }
  }
}

/** Return whether to retry later: something failed that is not the report itself. */
function isLater(error: unknown): boolean {
  if (error instanceof StorageFailure) return true;
  if (!(error instanceof Refusal)) return error instanceof Error && error.name === "Unreachable";
  const { status } = error;
  return status === UNAUTHORISED || status === TOO_MANY || status >= BROKEN;
}

/** Run under a Web Lock, which exists over HTTPS only; idempotency keys make it safe without. */
async function alone(round: () => Promise<Round>): Promise<Round> {
  return navigator.locks ? await navigator.locks.request(LOCK, round) : await round();
}

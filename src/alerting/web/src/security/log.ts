/** The shown part of the security log: its filter, and the pages read so far. */

import { signal } from "@preact/signals";
import type { SecurityEventBody, SecurityKind } from "../api";
import { get } from "../client";

export const KINDS: readonly SecurityKind[] = [
  "access_refused",
  "sign_in_refused",
  "bad_signature",
  "wrong_door_code",
  "limit_reached",
  "signed_in",
  "sign_in_asked",
  "session_ended",
  "credential_issued",
  "credential_revoked",
  "exported",
  "roster_imported",
  "policy_changed",
  "personal_data_reduced",
];
/** Kinds that may show an attack. */
export const SUSPICIOUS: readonly SecurityKind[] = KINDS.slice(0, 5);

/** One kind, all kinds, or those that may show an attack. */
export type Choice = SecurityKind | "all" | "suspicious";

export class Log {
  readonly choice = signal<Choice>("all");
  readonly officer = signal("");
  /** Null until the first answer. */
  readonly events = signal<readonly SecurityEventBody[] | null>(null);
  readonly next = signal<number | null>(null);
  readonly failure = signal<unknown>(null);
  #turn = 0;

  /** Read the newest page by the filter. */
  readonly renew = (): Promise<void> => this.#read(0);

  /** Read the page after those shown. */
  readonly more = (): Promise<void> => this.#read(this.next.value ?? 0);

  async #read(offset: number): Promise<void> {
    const turn = ++this.#turn;
    const officer = this.officer.value.trim();
    try {
      const found = await get("/api/security-events", {
        query: { kind: kindsOf(this.choice.value), offset, ...(officer && { officer }) },
      });
      // The second of two filters wins, whichever is answered first.
      if (turn !== this.#turn) return;
      const before = offset === 0 ? [] : (this.events.value ?? []);
      this.events.value = [...before, ...found.events];
      this.next.value = found.next_offset;
      this.failure.value = null;
    } catch (error) {
      if (turn === this.#turn) this.failure.value = error;
    }
  }
}

function kindsOf(choice: Choice): SecurityKind[] {
  if (choice === "all") return [];
  return choice === "suspicious" ? [...SUSPICIOUS] : [choice];
}

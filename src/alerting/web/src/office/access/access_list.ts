/** The sessions and tokens that a search found among those that the administrator manages. */

import { signal } from "@preact/signals";
import type { OfficeSessionBody, OfficeTokensBody } from "../../api";
import { get, Refusal, remove } from "../../client";
import { Attempts } from "../attempts";
import { askedFor } from "../division_choice";

const NOT_FOUND = 404;

export class AccessList {
  readonly search = signal(askedFor());
  readonly division = signal<string | null>(null);
  /** Null before the first answer. */
  readonly sessions = signal<readonly OfficeSessionBody[] | null>(null);
  readonly tokens = signal<OfficeTokensBody | null>(null);
  /** The id before which the next page of sessions begins; null if there is no more. */
  readonly before = signal<number | null>(null);
  readonly attempts = new Attempts();

  /** Search again from the first page. */
  async look(): Promise<void> {
    await this.attempts.run(() => this.#find());
  }

  /** Add the next page of sessions. */
  async more(): Promise<void> {
    await this.attempts.run(() => this.#page(this.sessions.value ?? [], this.before.value));
  }

  /** End a session. */
  async end(id: number): Promise<void> {
    await this.attempts.run(async () => {
      try {
        await remove("/api/sessions/{session_id}", { path: { session_id: id } });
      } catch (error) {
        // It has ended already: reload the list.
        if (!(error instanceof Refusal && error.status === NOT_FOUND)) throw error;
      }
      await this.#find();
    });
  }

  /** Revoke a token. */
  async revoke(fingerprint: string): Promise<void> {
    await this.attempts.run(async () => {
      await remove("/api/office/tokens/{fingerprint}", { path: { fingerprint } });
      await this.#find();
    });
  }

  async #find(): Promise<void> {
    const tokens = get("/api/office/tokens", { query: this.#query() });
    await Promise.all([this.#page([], null), tokens]);
    this.tokens.value = await tokens;
  }

  async #page(shown: readonly OfficeSessionBody[], before: number | null): Promise<void> {
    const query = { ...this.#query(), ...(before !== null && { before }) };
    const found = await get("/api/office/sessions", { query });
    this.sessions.value = [...shown, ...found.sessions];
    this.before.value = found.before;
  }

  #query(): { search: string; division?: string } {
    const division = this.division.value;
    return { search: this.search.value, ...(division !== null && { division }) };
  }
}

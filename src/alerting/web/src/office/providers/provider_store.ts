/** The providers as the service last reported them; polled while a test text is being sent. */

import { signal } from "@preact/signals";
import type { CheckBody, OfficeProvidersBody, PhoneTestBody } from "../../api";
import { get, post } from "../../client";
import { Attempts } from "../attempts";

const EVERY_MS = 2_000;
/** Time for which a test text's receipt is awaited, in milliseconds. */
const FOLLOWED_MS = 120_000;
const ENDED: readonly string[] = ["delivered", "undelivered", "failed", "cancelled"];

export class ProviderStore {
  /** Null before the first answer. */
  readonly found = signal<OfficeProvidersBody | null>(null);
  /** Null before a check. */
  readonly checks = signal<readonly CheckBody[] | null>(null);
  readonly attempts = new Attempts();
  readonly checking = new Attempts();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Query the providers now. */
  async look(): Promise<void> {
    await this.attempts.run(() => this.#find());
  }

  /** Send a test text to the user's own phone by a provider, and follow it. */
  async test(provider: string): Promise<void> {
    await this.attempts.run(async () => {
      await post("/api/office/providers/{provider}/test", { path: { provider } });
      await this.#find();
    });
  }

  /** Ask each provider whether it accepts the service's account. */
  async check(): Promise<void> {
    await this.checking.run(async () => {
      this.checks.value = await post("/api/office/providers/check");
    });
  }

  /** Stop following. */
  close(): void {
    clearTimeout(this.#timer);
  }

  async #find(): Promise<void> {
    this.found.value = await get("/api/office/providers");
    this.close();
    const tests = this.found.value.providers.map(({ test }) => test);
    if (tests.some(isUnderWay)) this.#timer = setTimeout(() => void this.look(), EVERY_MS);
  }
}

/** Return whether the state of a test text may still change. */
export function isUnderWay(test: PhoneTestBody | null): boolean {
  if (test === null || Date.now() - Date.parse(test.asked_at) > FOLLOWED_MS) return false;
  return test.outcome !== "refused" && !ENDED.includes(test.reported ?? "");
}

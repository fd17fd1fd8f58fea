/**
 * The draft of an alert in this tab, kept over reloads until the service has accepted it.
 *
 * From the first attempt to send until an answer comes, request and idempotency key stay the same.
 * Sending twice then raises one alert, and a lost answer loses nothing.
 */

import { signal } from "@preact/signals";
import type { AlertRequest } from "../api";
import { freshKey } from "../client";
import type { Form } from "./form";

/** A request that was sent at least once without an answer, so its outcome is unknown. */
export interface Attempt {
  readonly key: string;
  readonly request: AlertRequest;
}

export interface Draft {
  readonly form: Form;
  readonly attempt: Attempt | null;
  /** Whether the ready-made SMS was opened: the alert may then already be out. */
  readonly texted: boolean;
}

const KEPT = "raise";

export class Drafting {
  readonly draft;

  constructor(empty: Form) {
    this.draft = signal<Draft>(kept() ?? { form: empty, attempt: null, texted: false });
  }

  /** Change the form; ignored during an attempt, because that request may already be accepted. */
  fill(changes: Partial<Form>): void {
    const { form, attempt } = this.draft.value;
    if (attempt === null) this.#keep({ form: { ...form, ...changes } });
  }

  /** Return the attempt to send: the pending one, else a new one. */
  attempt(request: AlertRequest): Attempt {
    const attempt = this.draft.value.attempt ?? { key: freshKey(), request };
    this.#keep({ attempt });
    return attempt;
  }

  /** Drop an attempt that was refused or given up; the next one raises another alert. */
  drop(): void {
    this.#keep({ attempt: null });
  }

  /** Record that the ready-made SMS was opened. */
  text(): void {
    this.#keep({ texted: true });
  }

  /** Delete the draft of an accepted alert. */
  finish(): void {
    sessionStorage.removeItem(KEPT);
  }

  #keep(changes: Partial<Draft>): void {
    this.draft.value = { ...this.draft.value, ...changes };
    sessionStorage.setItem(KEPT, JSON.stringify(this.draft.value));
  }
}

function kept(): Draft | null {
  const found = sessionStorage.getItem(KEPT);
  return found === null ? null : (JSON.parse(found) as Draft);
}

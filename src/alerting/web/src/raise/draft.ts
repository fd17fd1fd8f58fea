/**
 * What is being raised in this tab, kept over reloads until the service has it.
 *
 * From the first attempt to send until an answer came, request and key stay as they are: sent
 * twice it is the same alert, and nothing is lost with a lost answer.
 */

import { signal } from "@preact/signals";
import type { AlertRequest } from "../api";
import { freshKey } from "../client";
import type { Form } from "./form";

/** A request that was sent at least once, and of which nobody knows whether it was accepted. */
export interface Attempt {
  readonly key: string;
  readonly request: AlertRequest;
}

export interface Draft {
  readonly form: Form;
  readonly attempt: Attempt | null;
  /** Whether the ready-made SMS was opened: then the alert may be out by that. */
  readonly texted: boolean;
}

const KEPT = "raise";

export class Drafting {
  readonly draft;

  constructor(empty: Form) {
    this.draft = signal<Draft>(kept() ?? { form: empty, attempt: null, texted: false });
  }

  /** Fill something in. While an attempt is open nothing changes: it may be out as it was. */
  fill(changes: Partial<Form>): void {
    const { form, attempt } = this.draft.value;
    if (attempt === null) this.#keep({ form: { ...form, ...changes } });
  }

  /** Return the attempt to send: the open one, else a new one. */
  attempt(request: AlertRequest): Attempt {
    const attempt = this.draft.value.attempt ?? { key: freshKey(), request };
    this.#keep({ attempt });
    return attempt;
  }

  /** The attempt was refused, or is given up: the next one is another alert. */
  drop(): void {
    this.#keep({ attempt: null });
  }

  /** The ready-made SMS was opened. */
  text(): void {
    this.#keep({ texted: true });
  }

  /** The alert is out: nothing is kept. */
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

/** The way of an alert from the first tap to the board. */

import { signal } from "@preact/signals";
import type { AlertRequest, PreviewBody, RaisedBody } from "../api";
import { mayTryAgain, post, Refusal } from "../client";
import { statusOf, type Session } from "../session";
import { Drafting } from "./draft";
import { emptyForm, missing, requestOf, type Defaults, type Missing } from "./form";
import { ownLocality } from "./localities";
import { refusedFields, type Refused } from "./refused_fields";
import { ownVillage } from "./who";

const AGAIN_MS = 5_000;
const UNAUTHORISED = 401;

/** Shown before it is sent: the request as it will go out, and what the service says of it. */
export interface Shown {
  readonly request: AlertRequest;
  readonly preview: PreviewBody;
}

export class Raising {
  readonly drafting: Drafting;
  readonly defaults = signal<Defaults>({ assemblyPoint: "", instruction: "" });
  readonly missing = signal<readonly Missing[]>([]);
  readonly refused = signal<Refused>({});
  readonly failure = signal<unknown>(null);
  readonly busy = signal(false);
  readonly shown = signal<Shown | null>(null);
  /** Accepted, and a part of it waits: told before the board is opened. */
  readonly raised = signal<RaisedBody | null>(null);

  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly session: Session) {
    this.drafting = new Drafting(emptyForm(statusOf(session)));
    this.defaults.value = { assemblyPoint: "", instruction: session.settings.instruction };
    const village = ownVillage(session.me);
    if (village !== null) void this.#preselect(village);
  }

  /** People gather where they did last time, unless somebody types another place. */
  gatherAt(assemblyPoint: string): void {
    this.defaults.value = { ...this.defaults.value, assemblyPoint };
  }

  /** Ask what it would reach; nothing is sent. */
  async look(): Promise<void> {
    this.#forgetFailures();
    const { form } = this.drafting.draft.value;
    this.missing.value = missing(form, this.defaults.value);
    if (this.missing.value.length > 0) return;
    const request = requestOf(form, this.defaults.value);
    this.busy.value = true;
    try {
      const preview = await post("/api/alerts/preview", { body: request });
      this.shown.value = { request, preview };
    } catch (error) {
      this.#fail(error);
    } finally {
      this.busy.value = false;
    }
  }

  /** Go back to the form. */
  change(): void {
    this.shown.value = null;
    this.#forgetFailures();
  }

  /** Send what was shown, or what was sent before and not answered: the same key, one alert. */
  async send(): Promise<void> {
    const request = this.drafting.draft.value.attempt?.request ?? this.shown.value?.request;
    if (request === undefined || this.busy.value) return;
    clearTimeout(this.#again);
    this.busy.value = true;
    const { key } = this.drafting.attempt(request);
    try {
      this.#arrive(await post("/api/alerts", { body: request, key }));
    } catch (error) {
      this.#notSent(error);
    } finally {
      this.busy.value = false;
    }
  }

  /** Send no more by itself: the alert goes out by SMS. */
  text(): void {
    clearTimeout(this.#again);
    this.drafting.text();
  }

  /** Give up what was sent and not answered; the next one is another alert. */
  giveUp(): void {
    clearTimeout(this.#again);
    this.drafting.drop();
    this.change();
  }

  #arrive(raised: RaisedBody): void {
    this.drafting.finish();
    const waits = raised.approvals.some(({ cause }) => cause === "wider_area");
    if (waits) this.raised.value = raised;
    else location.assign(`/board/${raised.id}`);
  }

  #notSent(error: unknown): void {
    this.failure.value = error;
    // Whoever must sign in first comes back here, and finds the attempt as it was.
    if (error instanceof Refusal && error.status === UNAUTHORISED) return;
    if (mayTryAgain(error)) {
      this.#again = setTimeout(() => void this.send(), AGAIN_MS);
      return;
    }
    this.drafting.drop();
    this.#fail(error);
  }

  /** Tell it at the fields it names, else as a whole. */
  #fail(error: unknown): void {
    this.shown.value = null;
    this.refused.value = refusedFields(error);
    this.failure.value = Object.keys(this.refused.value).length > 0 ? null : error;
  }

  #forgetFailures(): void {
    this.failure.value = null;
    this.refused.value = {};
  }

  async #preselect(village: string): Promise<void> {
    const found = await ownLocality(village);
    if (this.drafting.draft.value.form.places.length === 0) {
      const name = found?.name ?? this.session.me.division_name;
      this.drafting.fill({ places: [{ code: village, name }] });
    }
    if (found !== null) this.gatherAt(found.assembly_point);
  }
}

/** The course of raising an alert, from the first tap to its board. */

import { signal } from "@preact/signals";
import type { AlertRequest, HazardPointBody, PreviewBody, RaisedBody } from "../api";
import { get, mayTryAgain, post, Refusal } from "../client";
import { confirmAction } from "../confirm_dialog";
import { list } from "../language";
import { NOTHING } from "../map/drawn";
import { Sketch } from "../map/sketch";
import { statusOf, type Session } from "../session";
import { Drafting } from "./draft";
import { emptyForm, missing, requestOf, type Defaults, type Missing } from "./form";
import { hazardsOf } from "./hazards";
import { ownLocality, remembered } from "./localities";
import { refusedFields, type Refused } from "./refused_fields";
import { ownVillage } from "./who";
import { t } from "./words";

/** Return whether an alert for the same hazard point is open, from another tab or officer. */
function isOpenAlready(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === "already_open";
}

function confirmAnother({ reasons }: Refusal): Promise<boolean> {
  const text = t().alreadyOpen({ codes: list(reasons) });
  return confirmAction({ title: t().another, text, action: t().sendAnyway, danger: true });
}

const AGAIN_MS = 5_000;
const UNAUTHORISED = 401;

/** The preview: the request as it will be sent, and the service's estimate. */
export interface Shown {
  readonly request: AlertRequest;
  readonly preview: PreviewBody;
}

export class Raising {
  readonly drafting: Drafting;
  readonly defaults: Defaults;
  readonly sketch = new Sketch();
  readonly missing = signal<readonly Missing[]>([]);
  readonly refused = signal<Refused>({});
  readonly failure = signal<unknown>(null);
  readonly busy = signal(false);
  readonly shown = signal<Shown | null>(null);
  /** The accepted alert if a part of it waits for approval; shown before the board is opened. */
  readonly raised = signal<RaisedBody | null>(null);
  /** The hazard points where the caller may raise an alert at once, the watched ones first. */
  readonly points = signal<readonly HazardPointBody[]>([]);

  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly session: Session) {
    this.drafting = new Drafting(emptyForm(statusOf(session)));
    const { instruction } = session.settings;
    this.defaults = {
      instruction,
      hazards: hazardsOf(session.settings),
      raiser: session.me.id,
    };
    const village = ownVillage(session.me);
    if (village !== null) void this.#preselect(village);
    void this.#findPoints();
  }

  /** Fill in the form from a hazard point, and request the preview at once. */
  async take(point: HazardPointBody): Promise<void> {
    this.sketch.clear();
    this.drafting.fill({
      hazardPoint: point,
      drawn: NOTHING,
      hazard: point.hazard,
      assemblyPoint: point.assembly_point ?? "",
    });
    await this.look();
  }

  /** Finish the polygon that is being drawn, and ask the service for a preview; sends nothing. */
  async look(): Promise<void> {
    if (this.busy.value) return;
    this.#forgetFailures();
    const drawn = this.sketch.finish(this.drafting.draft.value.form.drawn);
    if (drawn !== null) this.drafting.fill({ drawn });
    const { form } = this.drafting.draft.value;
    this.missing.value = missing(form, this.defaults);
    if (drawn === null || this.missing.value.length > 0) return;
    const request = requestOf(form, this.defaults);
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

  /** Return to the form. */
  change(): void {
    this.shown.value = null;
    this.#forgetFailures();
  }

  /** Send the previewed request, or resend the unanswered one with the same key. */
  async send(again = false): Promise<void> {
    const request = this.drafting.draft.value.attempt?.request ?? this.shown.value?.request;
    if (request === undefined || this.busy.value) return;
    clearTimeout(this.#again);
    this.busy.value = true;
    const { key } = this.drafting.attempt(request);
    try {
      this.#arrive(
        await post("/api/alerts", { body: request, key, ...(again && { query: { again } }) }),
      );
      return;
    } catch (error) {
      // The user may only insist on an actual alert: a second exercise would confuse households.
      if (!isOpenAlready(error) || request.status !== "Actual") return this.#notSent(error);
      if (!(await confirmAnother(error))) return this.drafting.drop();
    } finally {
      this.busy.value = false;
    }
    await this.send(true);
  }

  /** Stop resending: the alert goes out by SMS. */
  text(): void {
    clearTimeout(this.#again);
    this.drafting.text();
  }

  /** Give up the unanswered request; the next one raises another alert. */
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
    // Signing in returns to this page, and the draft still has the attempt.
    if (error instanceof Refusal && error.status === UNAUTHORISED) return;
    if (mayTryAgain(error)) {
      this.#again = setTimeout(() => void this.send(), AGAIN_MS);
      return;
    }
    this.drafting.drop();
    this.#fail(error);
  }

  /** Show an error at the fields it names, else for the whole form. */
  #fail(error: unknown): void {
    this.shown.value = null;
    this.refused.value = refusedFields(error);
    this.failure.value = Object.keys(this.refused.value).length > 0 ? null : error;
  }

  #forgetFailures(): void {
    this.failure.value = null;
    this.refused.value = {};
  }

  /** Load the hazard points; without them an alert can still be raised by places. */
  async #findPoints(): Promise<void> {
    try {
      this.points.value = (await get("/api/hazard-points")).points;
    } catch {
      this.points.value = [];
    }
  }

  /** Select the user's village at once from the stored answer, then update it from the service. */
  async #preselect(village: string): Promise<void> {
    const before = remembered(village);
    if (this.drafting.draft.value.form.places.length === 0) {
      const name = before?.name ?? this.session.me.division_name;
      this.drafting.fill({ places: [{ code: village, name }] });
    }
    const found = await ownLocality(village);
    if (found === null) return;
    const { places } = this.drafting.draft.value.form;
    const { name } = found;
    if (places.some((place) => place.code === village && place.name !== name))
      this.drafting.fill({
        places: places.map((place) => (place.code === village ? { ...place, name } : place)),
      });
  }
}

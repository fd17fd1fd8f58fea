/** The alerts of the caller's division, polled every ten seconds and when the page gets visible. */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { ListedAlertBody, NoteBody, SensorBody } from "../api";
import { get, post } from "../client";

const EVERY_MS = 10_000;
const TICK_MS = 1_000;
/** Two failed polls and five seconds of slack. */
export const STALE_SECONDS = 25;

export class AlertList {
  /** Newest first; null before the first answer. */
  readonly alerts = signal<readonly ListedAlertBody[] | null>(null);
  /** Ids of the open alerts whose call the caller has not confirmed. */
  readonly toConfirm = signal<ReadonlySet<number>>(new Set());
  readonly failure = signal<unknown>(null);
  /** Notes and proposals on the caller's board: waiting proposals first, then the newest. */
  readonly notes = signal<readonly NoteBody[]>([]);
  /** The sensors of the caller's divisions. */
  readonly sensors = signal<readonly SensorBody[]>([]);
  readonly notesFailure = signal<unknown>(null);
  /** The device's time, updated each second. */
  readonly tick = signal(Date.now());
  /** Age of the list in seconds if it is stale, else null. */
  readonly stale: ReadonlySignal<number | null>;

  #came = signal(Date.now());
  #timers: readonly ReturnType<typeof setInterval>[];

  constructor() {
    this.stale = computed(() => {
      const age = Math.floor((this.tick.value - this.#came.value) / TICK_MS);
      return age > STALE_SECONDS ? age : null;
    });
    this.#timers = [
      setInterval(() => (this.tick.value = Date.now()), TICK_MS),
      setInterval(() => void this.#ifSeen(), EVERY_MS),
    ];
    addEventListener("focus", this.#ifSeen);
    addEventListener("online", this.#ifSeen);
    document.addEventListener("visibilitychange", this.#ifSeen);
    void this.refresh();
  }

  /** Poll once; an error goes into `failure`. */
  async refresh(): Promise<void> {
    // In a separate request, so that the alerts are shown even if the notes cannot be read.
    void this.#refreshNotes();
    try {
      const [alerts, calls] = await Promise.all([get("/api/alerts"), get("/api/calls")]);
      this.alerts.value = alerts;
      this.toConfirm.value = new Set(calls.map((call) => call.alert.id));
      this.#came.value = this.tick.value = Date.now();
      this.failure.value = null;
    } catch (error) {
      this.failure.value = error;
    }
  }

  /** Approve or decline the alert that another system or a sensor proposes. */
  async decide(approval: number, word: "approve" | "decline"): Promise<void> {
    try {
      const path = { approval_id: approval };
      if (word === "approve") await post("/api/approvals/{approval_id}/approve", { path });
      else await post("/api/approvals/{approval_id}/decline", { path });
      await this.refresh();
    } catch (error) {
      this.notesFailure.value = error;
    }
  }

  async #refreshNotes(): Promise<void> {
    try {
      const [notes, sensors] = await Promise.all([get("/api/notes"), get("/api/sensors")]);
      this.notes.value = notes;
      this.sensors.value = sensors;
      this.notesFailure.value = null;
    } catch (error) {
      this.notesFailure.value = error;
    }
  }

  /** Confirm that the caller has heard the call (叫应). */
  async confirm(alert: number): Promise<void> {
    try {
      await post("/api/alerts/{alert_id}/confirm", { path: { alert_id: alert } });
      await this.refresh();
    } catch (error) {
      this.failure.value = error;
    }
  }

  close(): void {
    this.#timers.forEach((timer) => clearInterval(timer));
    removeEventListener("focus", this.#ifSeen);
    removeEventListener("online", this.#ifSeen);
    document.removeEventListener("visibilitychange", this.#ifSeen);
  }

  #ifSeen = (): void => {
    if (document.visibilityState === "visible") void this.refresh();
  };
}

/** Split the alerts: open or expired ones may have missing people, the others have ended. */
export function splitByState(alerts: readonly ListedAlertBody[]): {
  open: readonly ListedAlertBody[];
  ended: readonly ListedAlertBody[];
} {
  const isOpen = ({ state }: ListedAlertBody): boolean => state === "open" || state === "expired";
  return { open: alerts.filter(isOpen), ended: alerts.filter((alert) => !isOpen(alert)) };
}

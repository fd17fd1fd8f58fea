/** The live feed of one alert: connects, resumes, and reports its age. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { FeedEventBody, FeedMessage } from "./api";
import { apply, eventsOf, type FeedState } from "./feed_state";

type Listener = (events: readonly FeedEventBody[]) => void;

export interface FeedOptions {
  readonly alert: number;
  /** Defaults to the caller's own division. */
  readonly division?: string;
  /**
   * Called if the service refused the feed or ended it for good: the caller signed out, or the
   * alert is no longer within the caller's division. An HTTP call can tell which.
   */
  readonly onRefused?: () => void;
  /** Origin of the service; defaults to the page's own. */
  readonly origin?: string;
}

/** Silence after which the board must say that it is stale. */
export const STALE_SECONDS = 3;
/** Silence after which the connection counts as dead although nobody closed it. */
const DEAD_SECONDS = 6;
const LOOK_MS = 250;
/** Frames that arrive within this time are shown together. */
const TOGETHER_MS = 30;
const ENDED = new Set([4401, 4403]);
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Return a pause in milliseconds with full jitter below a bound that doubles with each attempt.
 *
 * A thousand boards then do not reconnect at once.
 */
export function pauseBefore(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
}

/** One feed; it reconnects until `close`. */
export class Feed {
  /** Null before the first snapshot, and between a reset and the next snapshot. */
  readonly state: ReadonlySignal<FeedState | null>;
  /** Whole seconds since the service was last heard; null below `STALE_SECONDS`. */
  readonly stale: ReadonlySignal<number | null>;

  readonly #state = signal<FeedState | null>(null);
  readonly #stale = signal<number | null>(null);
  readonly #options: FeedOptions;
  readonly #listeners = new Set<Listener>();
  readonly #ticking: ReturnType<typeof setInterval>;
  #socket: WebSocket | null = null;
  #waiting: FeedMessage[] = [];
  #showing: ReturnType<typeof setTimeout> | undefined;
  #reconnecting: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #opened = false;
  #heardAt = performance.now();
  #connectedAt = performance.now();
  readonly #retryNow = (): void => {
    if (!this.#socket) this.#connect();
  };

  constructor(options: FeedOptions) {
    this.#options = options;
    this.state = this.#state;
    this.stale = this.#stale;
    this.#ticking = setInterval(() => this.#look(), LOOK_MS);
    addEventListener("online", this.#retryNow);
    this.#connect();
  }

  /** Return the seconds since the last frame or heartbeat, or since the start. */
  age(): number {
    return (performance.now() - this.#heardAt) / 1000;
  }

  /** Subscribe to log events that arrive from now on; return the function to unsubscribe. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    removeEventListener("online", this.#retryNow);
    clearInterval(this.#ticking);
    clearTimeout(this.#showing);
    clearTimeout(this.#reconnecting);
    this.#drop();
  }

  #connect(): void {
    clearTimeout(this.#reconnecting);
    this.#show();
    const socket = new WebSocket(this.#address());
    this.#socket = socket;
    this.#opened = false;
    this.#connectedAt = performance.now();
    socket.onopen = () => (this.#opened = true);
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)) as FeedMessage);
    socket.onclose = ({ code }) => this.#lost(code);
  }

  #address(): string {
    const { alert, division, origin = location.origin } = this.#options;
    const query = new URLSearchParams(division === undefined ? {} : { division });
    const known = this.#state.value;
    if (known) query.set("after", String(known.seq));
    return `${origin.replace(/^http/, "ws")}/api/alerts/${alert}/feed?${query}`;
  }

  #hear(message: FeedMessage): void {
    this.#heardAt = performance.now();
    this.#attempt = 0;
    this.#waiting.push(message);
    this.#showing ??= setTimeout(() => this.#show(), TOGETHER_MS);
  }

  #show(): void {
    clearTimeout(this.#showing);
    this.#showing = undefined;
    const messages = this.#waiting;
    this.#waiting = [];
    if (!messages.length) return;
    this.#state.value = apply(this.#state.value, messages);
    this.#look();
    const events = eventsOf(messages);
    if (events.length) for (const listener of this.#listeners) listener(events);
  }

  #look(): void {
    const age = this.age();
    this.#stale.value = age < STALE_SECONDS ? null : Math.floor(age);
    const sinceConnecting = (performance.now() - this.#connectedAt) / 1000;
    if (this.#socket && Math.min(age, sinceConnecting) > DEAD_SECONDS) this.#lost();
  }

  #lost(code?: number): void {
    if (!this.#opened || (code !== undefined && ENDED.has(code))) this.#options.onRefused?.();
    this.#drop();
    this.#reconnecting = setTimeout(() => this.#connect(), pauseBefore(this.#attempt));
    this.#attempt += 1;
  }

  /** Abandon the socket without its close handshake, which can hang for a minute. */
  #drop(): void {
    if (!this.#socket) return;
    this.#socket.onclose = this.#socket.onmessage = this.#socket.onopen = null;
    this.#socket.close();
    this.#socket = null;
  }
}

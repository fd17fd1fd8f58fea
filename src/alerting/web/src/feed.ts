/** The live feed of one alert: connects, resumes, and knows how old what it shows is. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { FeedEventBody, FeedMessage } from "./api";
import { apply, eventsOf, type FeedState } from "./feed_state";

type Listener = (events: readonly FeedEventBody[]) => void;

export interface FeedOptions {
  readonly alert: number;
  /** Left out, the caller's own division. */
  readonly division?: string;
  /**
   * Called where the service would not open the feed, or ended it for good: signed out, or no
   * longer within the caller's division. A call by HTTP tells which; without a network it fails.
   */
  readonly onRefused?: () => void;
  /** Where the service is; the page's own origin unless told. */
  readonly origin?: string;
}

/** So long without a frame or heartbeat, and the board must say so. */
export const STALE_SECONDS = 3;
/** So long, and the connection is taken for dead though nobody closed it. */
const DEAD_SECONDS = 6;
const LOOK_MS = 250;
/** Frames that come within this are shown together. */
const TOGETHER_MS = 30;
const ENDED = new Set([4401, 4403]);
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** Full jitter: anything up to a bound that doubles, so that a thousand boards come back spread. */
export function pauseBefore(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
}

/** One feed; it goes on until `close`. */
export class Feed {
  /** Null until the first snapshot, and after a reset until the next one. */
  readonly state: ReadonlySignal<FeedState | null>;
  /** Whole seconds since the service was last heard; null while that is less than three. */
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

  /** Seconds since the last frame or heartbeat, or since the feed was begun. */
  age(): number {
    return (performance.now() - this.#heardAt) / 1000;
  }

  /** Be told new entries of the log, not those before the page was opened; return what ends it. */
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

  /** Let go of the socket; a closing that is not answered would keep it for a minute. */
  #drop(): void {
    if (!this.#socket) return;
    this.#socket.onclose = this.#socket.onmessage = this.#socket.onopen = null;
    this.#socket.close();
    this.#socket = null;
  }
}

/** Queries of the service that are repeated when the feed reports relevant changes. */

import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Feed } from "../../feed";
import type { FeedState } from "../../feed_state";
import type { EventKind } from "../event_kinds";

/** Delay after a hint, so that frames which arrive together cause one query. */
const SOON_MS = 300;
/** Shortest time between two queries, however busy the feed. */
const GAP_MS = 3_000;

/** A query repeated soon after a hint, at most once per `GAP_MS`, with one in flight at a time. */
export class Query<T> {
  /** The last answer; null before the first. */
  readonly value: ReadonlySignal<T | null>;
  /** Why the last query failed; null if it succeeded. */
  readonly error: ReadonlySignal<unknown>;

  readonly #value = signal<T | null>(null);
  readonly #error = signal<unknown>(null);
  readonly #load: () => Promise<T>;
  #asking = false;
  #hinted = false;
  #askedAt = -GAP_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(load: () => Promise<T>) {
    this.#load = load;
    this.value = this.#value;
    this.error = this.#error;
  }

  /** Note that the answer may have changed. */
  hint(): void {
    this.#hinted = true;
    if (this.#asking || this.#timer !== undefined || this.#closed) return;
    const wait = Math.max(SOON_MS, this.#askedAt + GAP_MS - performance.now());
    this.#timer = setTimeout(() => void this.refresh(), wait);
  }

  /** Query at once, because the page is new or its user has just done something. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#hinted = this.#asking;
    if (this.#asking) return;
    this.#asking = true;
    this.#askedAt = performance.now();
    try {
      this.#value.value = await this.#load();
      this.#error.value = null;
    } catch (error) {
      this.#error.value = error;
    }
    this.#asking = false;
    if (this.#hinted) this.hint();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}

export interface Concerns {
  /** Kinds of log events that change the answer. */
  readonly kinds: readonly EventKind[];
  /** The part of the feed's state that the answer depends on; compared by ===. */
  readonly state?: (state: FeedState) => unknown;
}

/** Query now, when `about` changes, and when the feed reports a relevant change. */
export function useQuery<T>(
  feed: Feed,
  load: () => Promise<T>,
  concerns: Concerns,
  about: string,
): Query<T> {
  const query = useMemo(() => new Query(load), [feed, about]);
  useEffect(() => {
    void query.refresh();
    const ends = [
      feed.listen((events) => {
        if (events.some(({ kind }) => concerns.kinds.includes(kind))) query.hint();
      }),
      follow(feed, concerns, () => query.hint()),
    ];
    return () => {
      for (const end of ends) end();
      query.close();
    };
  }, [query]);
  return query;
}

/** Call `changed` when the relevant state changes and after a reset, which may hide changes. */
function follow(feed: Feed, { state: read }: Concerns, changed: () => void): () => void {
  let wasKnown = feed.state.peek() !== null;
  let before: unknown = undefined;
  let first = true;
  return effect(() => {
    const state = feed.state.value;
    if (!state) {
      wasKnown = false;
      return;
    }
    const now = read?.(state);
    if (!first && (!wasKnown || now !== before)) changed();
    [first, wasKnown, before] = [false, true, now];
  });
}

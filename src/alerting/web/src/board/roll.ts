/** The households of the selected division: standings by the feed, names for those shown. */

import { computed, effect, signal, untracked, type ReadonlySignal } from "@preact/signals";
import type { ListedHouseholdBody } from "../api";
import { get } from "../client";
import { Feed } from "../feed";
import type { FeedState } from "../feed_state";
import { byDanger, homeOf, listedHome, nameless, type Home } from "./homes";

const AT_ONCE = 100;
const PAUSE_MS = 2_000;
const LONGEST_LIST = 1_000;
/** Length of a town's code; feeds of shorter codes carry no households. */
const TOWN_DIGITS = 9;

/** Standings and names of households; `close` it together with the board. */
export class Roll {
  /** Households of the selected division, most danger first; above the town only the first page. */
  readonly homes: ReadonlySignal<readonly Home[]>;
  /** Whether `homes` is complete. */
  readonly isWhole: ReadonlySignal<boolean>;
  /** Whether `homes` is loaded; before that, an empty list says nothing. */
  readonly isKnown: ReadonlySignal<boolean>;
  /** Seconds since the service last reported on them; see a feed's `stale`. */
  readonly stale: ReadonlySignal<number | null>;
  /** Number of names needed; lists raise it as they are scrolled. */
  readonly wanted = signal(AT_ONCE);

  readonly #alert: number;
  readonly #division: ReadonlySignal<string>;
  readonly #known = signal<ReadonlyMap<string, ListedHouseholdBody>>(new Map());
  readonly #listed = signal<readonly ListedHouseholdBody[] | null>(null);
  readonly #near = signal<Feed | null>(null);
  readonly #state: ReadonlySignal<FeedState | null>;
  readonly #stops: (() => void)[];
  #isDue = false;
  #isReading = false;
  #isClosed = false;

  constructor(alert: number, feed: Feed, own: string, division: ReadonlySignal<string>) {
    this.#alert = alert;
    this.#division = division;
    const isNear = own.length >= TOWN_DIGITS;
    this.#state = computed(() => (isNear ? feed : this.#near.value)?.state.value ?? null);
    this.isWhole = computed(() => division.value.length >= TOWN_DIGITS);
    this.stale = computed(() =>
      this.#near.value ? worse(feed.stale.value, this.#near.value.stale.value) : feed.stale.value,
    );
    this.isKnown = computed(() =>
      this.isWhole.value ? this.#state.value !== null : this.#listed.value !== null,
    );
    this.homes = computed(() => this.#homes());
    this.#stops = [
      effect(() => this.#watchNearby(isNear)),
      effect(() => {
        // Above the town only the tallies show that households changed.
        if (feed.state.value?.tallies && division.value) this.#readIfNeeded();
      }),
      effect(() => {
        if (!division.value) return;
        this.wanted.value = AT_ONCE;
        // A list of another place does not apply here.
        this.#listed.value = null;
      }),
    ];
  }

  close(): void {
    this.#isClosed = true;
    this.#stops.forEach((stop) => stop());
    this.#near.peek()?.close();
  }

  #homes(): readonly Home[] {
    if (!this.isWhole.value) return byDanger((this.#listed.value ?? []).map(listedHome));
    const division = this.#division.value;
    const known = this.#known.value;
    const live = [...(this.#state.value?.households.values() ?? [])];
    return byDanger(
      live
        .filter(({ code }) => code.startsWith(division))
        .map((each) => homeOf(each, known.get(each.code))),
    );
  }

  /** Above the town a feed carries no households, so open a second feed for the selected town. */
  #watchNearby(isNear: boolean): void {
    const division = this.#division.value;
    if (isNear) return;
    const isShown = this.isWhole.value;
    // Untracked, so that signals read by the new feed's constructor do not restart this effect.
    untracked(() => {
      this.#near.value?.close();
      this.#near.value = isShown ? new Feed({ alert: this.#alert, division }) : null;
    });
  }

  /** Read the list if names are missing or no feed carries the households. */
  #readIfNeeded(): void {
    const isNeeded = !this.isWhole.value || nameless(this.homes.value, this.wanted.value).length;
    if (isNeeded) void this.#readOn();
  }

  /** Read, pause, and read again if asked meanwhile: coalesces changes. */
  async #readOn(): Promise<void> {
    this.#isDue = true;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isDue && !this.#isClosed) {
      this.#isDue = false;
      await this.#read(this.#division.peek(), Math.min(this.wanted.peek(), LONGEST_LIST));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.#isReading = false;
  }

  async #read(division: string, limit: number): Promise<void> {
    const path = { alert_id: this.#alert };
    const query = { division, limit };
    const page = await get("/api/alerts/{alert_id}/households", { path, query }).catch(() => null);
    if (!page) return;
    if (division === this.#division.peek()) this.#listed.value = page.households;
    this.#known.value = new Map([
      ...this.#known.peek(),
      ...page.households.map((each) => [each.code, each] as const),
    ]);
  }
}

function worse(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

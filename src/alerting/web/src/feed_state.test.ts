import { describe, expect, it } from "vitest";
import type { FeedFrame, FeedHouseholdBody, FeedMessage, FeedSnapshot, FeedTallyBody } from "./api";
import { apply, eventsOf, type FeedState } from "./feed_state";

const VILLAGES = ["511921100208", "511921100209"] as const;
const CHANGES = 300;

/** Return a seeded pseudo-random generator. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function household(code: string, seq: number): FeedHouseholdBody {
  return {
    code,
    division: code.slice(0, 12),
    standing: seq % 2 ? "evacuated" : "unaccounted",
    people: { unaccounted: seq % 2 ? 0 : 3, evacuated: seq % 2 ? 3 : 0 },
    headcount: 3,
    verified: false,
    flagged: false,
    vulnerable: "",
    officer: null,
    settled_by: null,
  };
}

function tally(seq: number): FeedTallyBody {
  return { households: { evacuated: seq }, people: { evacuated: 3 * seq } };
}

/** A service with a log, which can answer as of any event. */
class Service {
  readonly changes: { code: string; seq: number }[] = [];

  change(code: string): void {
    this.changes.push({ code, seq: this.changes.length + 1 });
  }

  snapshot(): FeedSnapshot {
    const state = this.#named(this.changes);
    const seq = this.changes.length;
    const alert = { ...this.#alert(), state: "open" as const };
    const beside = { deliveries: { household: {} }, prediction: null };
    return { type: "snapshot", alert, at: `t${seq}`, ...beside, ...state };
  }

  frame(after: number): FeedFrame {
    const { total, ...named } = this.#named(this.changes.slice(after));
    const frame = { type: "frame" as const, alert: 1, at: `t${this.changes.length}`, events: [] };
    return { ...frame, ...named, ...(named.households.length ? { total } : {}) };
  }

  #named(changes: readonly { code: string; seq: number }[]): {
    seq: number;
    tallies: Record<string, FeedTallyBody>;
    total: FeedTallyBody;
    households: FeedHouseholdBody[];
  } {
    const last = new Map(changes.map(({ code, seq }) => [code, seq]));
    const villages = new Map(changes.map(({ code, seq }) => [code.slice(0, 12), seq]));
    return {
      seq: this.changes.length,
      tallies: Object.fromEntries([...villages].map(([village, seq]) => [village, tally(seq)])),
      total: tally(this.changes.length),
      households: [...last].map(([code, seq]) => household(code, seq)),
    };
  }

  #alert(): Omit<FeedSnapshot["alert"], "state"> {
    return {
      id: 1,
      number: 27,
      status: "Exercise",
      event: "滑坡",
      event_names: { zh: "滑坡" },
      colour: "red",
      sent: "2022-08-28T20:31:00+00:00",
      expires: "2022-08-29T20:31:00+00:00",
      ended_at: null,
      divisions: [...VILLAGES],
    };
  }
}

function known(state: FeedState | null): unknown {
  return state && { ...state, households: new Map([...state.households].sort()) };
}

function written(state: FeedState | null): string {
  return JSON.stringify(state && { ...state, households: [...state.households] });
}

describe("a client's state", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "equals a fresh snapshot after random disconnections, seed %i",
    (seed) => {
      const chance = random(seed);
      const service = new Service();
      service.change(`${VILLAGES[0]}0001`);
      let state = apply(null, [service.snapshot()]);
      let heard = service.changes.length;
      let batch: FeedMessage[] = [];
      for (let change = 0; change < CHANGES; change += 1) {
        const village = VILLAGES[Math.floor(chance() * VILLAGES.length)] ?? VILLAGES[0];
        service.change(`${village}000${Math.floor(chance() * 9)}`);
        const luck = chance();
        if (luck < 0.5) {
          batch.push(service.frame(heard));
          heard = service.changes.length;
        } else if (luck < 0.6) {
          // The connection broke with frames not yet shown: they are lost, and the client resumes.
          batch = [];
          heard = state?.seq ?? 0;
        } else if (luck < 0.65) {
          batch.push({ type: "reset" }, service.snapshot());
          heard = service.changes.length;
        }
        if (chance() < 0.4) {
          state = apply(state, batch);
          batch = [];
        }
      }
      state = apply(state, [...batch, service.frame(heard)]);
      expect(known(state)).toEqual(known(apply(null, [service.snapshot()])));
    },
  );

  it("is dropped at a reset until the next snapshot", () => {
    const service = new Service();
    service.change(`${VILLAGES[0]}0001`);
    const state = apply(null, [service.snapshot()]);
    expect(apply(state, [{ type: "reset" }])).toBeNull();
    expect(apply(state, [{ type: "reset" }, service.frame(0)])).toBeNull();
  });

  it("ignores an older frame", () => {
    const service = new Service();
    service.change(`${VILLAGES[0]}0001`);
    const old = service.frame(0);
    service.change(`${VILLAGES[0]}0001`);
    const state = apply(null, [service.snapshot()]);
    expect(known(apply(state, [old]))).toEqual(known(state));
  });

  it("is not modified in place", () => {
    const service = new Service();
    service.change(`${VILLAGES[0]}0001`);
    const state = apply(null, [service.snapshot()]);
    const before = written(state);
    service.change(`${VILLAGES[1]}0002`);
    expect(apply(state, [service.frame(1)])).not.toBe(state);
    expect(written(state)).toBe(before);
  });

  it("takes a frame's summary and progress, including null", () => {
    const service = new Service();
    service.change(`${VILLAGES[0]}0001`);
    const snapshot = service.snapshot();
    const state = apply(null, [snapshot]);
    const summary = { ...snapshot.alert, state: "closed" as const };
    const frame = { ...service.frame(1), summary, deliveries: null };
    expect(apply(state, [frame])?.alert.state).toBe("closed");
    expect(apply(state, [frame])?.deliveries).toBeNull();
    expect(apply(state, [service.frame(1)])?.deliveries).toEqual({ household: {} });
  });

  it("keeps a prediction until another one comes", () => {
    const service = new Service();
    service.change(`${VILLAGES[0]}0001`);
    const state = apply(null, [service.snapshot()]);
    expect(state?.prediction).toBeNull();
    const prediction = {
      seq: 1,
      at: "t1",
      kind: "withheld" as const,
      earliest: null,
      latest: null,
      reached: null,
      reason: "doors_wait" as const,
      number: 3,
    };
    const frames = [{ ...service.frame(1), prediction }, service.frame(1)];
    expect(apply(state, frames)?.prediction).toEqual(prediction);
  });

  it("advances its position with a heartbeat", () => {
    const service = new Service();
    service.change(`${VILLAGES[0]}0001`);
    const state = apply(null, [service.snapshot()]);
    expect(apply(state, [{ type: "heartbeat", seq: 9, at: "t9" }])).toMatchObject({ seq: 9 });
  });
});

it("yields the events of frames in order", () => {
  const event = {
    at: "t",
    kind: "alert.closed",
    division: "51",
    subject: "",
    payload: {},
  } as const;
  const frame = new Service().frame(0);
  const messages: FeedMessage[] = [
    { ...frame, events: [{ ...event, seq: 1 }] },
    { type: "heartbeat", seq: 1, at: "t" },
    { ...frame, events: [{ ...event, seq: 2 }] },
  ];
  expect(eventsOf(messages).map(({ seq }) => seq)).toEqual([1, 2]);
});

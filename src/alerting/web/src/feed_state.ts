/** The board's state, and how feed messages change it. Pure: no I/O. */

import type {
  FeedAlertBody,
  FeedEventBody,
  FeedFrame,
  FeedHouseholdBody,
  FeedMessage,
  FeedPredictionBody,
  FeedSnapshot,
  FeedTallyBody,
} from "./api";

/** Everything in the scope as of the log event `seq`. */
export interface FeedState {
  readonly alert: FeedAlertBody;
  readonly seq: number;
  /** The tallies of the scope's villages or grids, by division. */
  readonly tallies: Readonly<Record<string, FeedTallyBody>>;
  /** The sum of `tallies` over the whole scope; a board may select a part of the scope. */
  readonly total: FeedTallyBody;
  /** The households by code; empty above the town. */
  readonly households: ReadonlyMap<string, FeedHouseholdBody>;
  /** Deliveries by tier, channel and state; null if the alert extends beyond the scope. */
  readonly deliveries: FeedSnapshot["deliveries"];
  /** The prediction of zero in the scope; null before the first. */
  readonly prediction: FeedPredictionBody | null;
}

/**
 * Return the state after some messages; null if a snapshot must come first.
 *
 * Numbers are absolute, so applying a frame replaces the entries it names. A frame older than the
 * state is ignored. The given state is not modified.
 */
export function apply(state: FeedState | null, messages: readonly FeedMessage[]): FeedState | null {
  let households: Map<string, FeedHouseholdBody> | null = null;
  for (const message of messages) {
    switch (message.type) {
      case "reset":
        state = null;
        break;
      case "snapshot":
        households = new Map(message.households.map((each) => [each.code, each]));
        state = { ...beginning(message), households };
        break;
      case "heartbeat":
        if (state && message.seq >= state.seq) state = { ...state, seq: message.seq };
        break;
      case "frame":
        if (!state || message.seq < state.seq) break;
        // Copy once per batch of messages, since a busy feed would otherwise copy for each one.
        households ??= new Map(state.households);
        for (const each of message.households) households.set(each.code, each);
        state = { ...changed(state, message), households };
    }
  }
  return state;
}

/** Return the log events of the messages, oldest first. */
export function eventsOf(messages: readonly FeedMessage[]): FeedEventBody[] {
  return messages.flatMap((message) => (message.type === "frame" ? message.events : []));
}

function beginning(snapshot: FeedSnapshot): Omit<FeedState, "households"> {
  const { alert, seq, tallies, total, deliveries, prediction } = snapshot;
  return { alert, seq, tallies, total, deliveries, prediction };
}

function changed(state: FeedState, frame: FeedFrame): FeedState {
  return {
    ...state,
    alert: frame.summary ?? state.alert,
    seq: frame.seq,
    tallies: { ...state.tallies, ...frame.tallies },
    total: frame.total ?? state.total,
    deliveries: frame.deliveries === undefined ? state.deliveries : frame.deliveries,
    prediction: frame.prediction ?? state.prediction,
  };
}

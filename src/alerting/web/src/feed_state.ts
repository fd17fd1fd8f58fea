/** What a board knows, and what a message of the feed makes of it. Nothing here waits or asks. */

import type {
  FeedAlertBody,
  FeedEventBody,
  FeedFrame,
  FeedHouseholdBody,
  FeedMessage,
  FeedSnapshot,
  FeedTallyBody,
} from "./api";

/** Everything in the scope as of the log's entry `seq`. */
export interface FeedState {
  readonly alert: FeedAlertBody;
  readonly seq: number;
  /** When the service last said something, by its own clock. */
  readonly at: string;
  /** By division: the villages or grids of the scope. */
  readonly tallies: Readonly<Record<string, FeedTallyBody>>;
  readonly total: FeedTallyBody;
  /** By code; empty above the town. */
  readonly households: ReadonlyMap<string, FeedHouseholdBody>;
  /** Deliveries by tier, channel and state; null where the alert reaches beyond the scope. */
  readonly deliveries: FeedSnapshot["deliveries"];
}

/**
 * Return the state after some messages; null: nothing is known, a snapshot must come.
 *
 * Numbers are absolute: to apply a frame is to replace what it names. A frame that ends before
 * what is known is old and changes nothing. The state given is left as it is.
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
        if (state && message.seq >= state.seq)
          state = { ...state, seq: message.seq, at: message.at };
        break;
      case "frame":
        if (!state || message.seq < state.seq) break;
        // One copy for all messages that came together, or a busy feed would copy for each.
        households ??= new Map(state.households);
        for (const each of message.households) households.set(each.code, each);
        state = { ...changed(state, message), households };
    }
  }
  return state;
}

/** Return the entries of the log that messages tell, oldest first. */
export function eventsOf(messages: readonly FeedMessage[]): FeedEventBody[] {
  return messages.flatMap((message) => (message.type === "frame" ? message.events : []));
}

function beginning(snapshot: FeedSnapshot): Omit<FeedState, "households"> {
  const { alert, seq, at, tallies, total, deliveries } = snapshot;
  return { alert, seq, at, tallies, total, deliveries };
}

function changed(state: FeedState, frame: FeedFrame): FeedState {
  return {
    ...state,
    alert: frame.summary ?? state.alert,
    seq: frame.seq,
    at: frame.at,
    tallies: { ...state.tallies, ...frame.tallies },
    total: frame.total ?? state.total,
    deliveries: frame.deliveries === undefined ? state.deliveries : frame.deliveries,
  };
}

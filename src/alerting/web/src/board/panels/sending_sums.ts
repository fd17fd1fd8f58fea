/** Deliveries summed by tier and channel, and by how far they have come. */

import { TIERS } from "./words";

/** Numbers of deliveries by tier, channel and state. */
export type Deliveries = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>
>;

/** From the best to the worst; `lost` never arrives, `void` no longer needs to. */
export const STAGES = ["arrived", "left", "waiting", "doubtful", "lost", "void"] as const;
export type Stage = (typeof STAGES)[number];

export interface Line {
  readonly tier: string;
  readonly channel: string;
  readonly total: number;
  readonly stages: Readonly<Record<Stage, number>>;
}

const STAGE: Readonly<Record<string, Stage>> = {
  delivered: "arrived",
  sent: "left",
  accepted: "left",
  sending: "waiting",
  queued: "waiting",
  unknown: "doubtful",
  refused: "lost",
  failed: "lost",
  undelivered: "lost",
  expired: "void",
  cancelled: "void",
};
const CHANNELS = ["sms", "voice", "websocket", "group"];

/** Return one line per tier and channel, from the city down, texts before calls. */
export function linesOf(deliveries: Deliveries): Line[] {
  return [...TIERS].flatMap((tier) => {
    const channels = deliveries[tier] ?? {};
    return Object.keys(channels)
      .sort((a, b) => CHANNELS.indexOf(a) - CHANNELS.indexOf(b))
      .map((channel) => lineOf(tier, channel, channels[channel] ?? {}));
  });
}

/** Return the number of deliveries at a stage, over all lines. */
export function atStage(lines: readonly Line[], stage: Stage): number {
  return lines.reduce((sum, line) => sum + line.stages[stage], 0);
}

function lineOf(tier: string, channel: string, states: Readonly<Record<string, number>>): Line {
  const stages: Record<Stage, number> = {
    arrived: 0,
    left: 0,
    waiting: 0,
    doubtful: 0,
    lost: 0,
    void: 0,
  };
  // A state unknown to this page counts as doubtful, so that nobody relies on it.
  for (const [state, count] of Object.entries(states)) stages[STAGE[state] ?? "doubtful"] += count;
  return { tier, channel, total: Object.values(states).reduce((a, b) => a + b, 0), stages };
}

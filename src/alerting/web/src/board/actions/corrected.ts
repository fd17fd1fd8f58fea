/** Counts of a correction: before sending, whom it may concern; after sending, who will get it. */

import type { AlertStateBody, CorrectedBody } from "../../api";
import { number, texts, time } from "../../language";

const t = texts("board.corrected");

const NEVER_LEFT = new Set(["queued", "cancelled", "expired"]);
const ON_AIR = new Set(["sms", "voice"]);

/** Return the counts to show before sending; only people who may have the alert are told. */
export function concernedBy(alert: AlertStateBody): (readonly [string, string])[] {
  const left = alert.deliveries
    .filter(({ channel, state }) => ON_AIR.has(channel) && !NEVER_LEFT.has(state))
    .reduce((sum, { count }) => sum + count, 0);
  return [
    [t().households, number(alert.counts.households_total)],
    [t().people, number(alert.counts.people_total)],
    [t().texts, number(left)],
  ];
}

export function owedBy({ correction }: CorrectedBody): string {
  return t().owed({
    recipients: correction.recipients,
    texts: correction.texts,
    at: time(correction.predicted_finish),
  });
}

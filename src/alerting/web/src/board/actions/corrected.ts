/** The people a correction may concern before it is sent, and those it is owed to afterwards. */

import type { AlertStateBody, CorrectedBody } from "../../api";
import { number, texts, time } from "../../language";

const t = texts(
  {
    households: "名单上的住户",
    people: "名单上的人",
    texts: "已发出的短信和电话",
    owed: (recipients: number, texts: number, at: string) =>
      `告诉 ${number(recipients)} 个收件人，${number(texts)} 条短信，预计 ${at} 发完。`,
  },
  {
    households: "Households on the roll",
    people: "People on the roll",
    texts: "Texts and calls that have left",
    owed: (recipients, texts, at) =>
      `${number(recipients)} recipients are told by ${number(texts)} texts; the last leaves at ${at}.`,
  },
);

const NEVER_LEFT = new Set(["queued", "cancelled", "expired"]);
const ON_AIR = new Set(["sms", "voice"]);

/** Return the counts known before sending; only those who may have received the alert are told. */
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
  return t().owed(correction.recipients, correction.texts, time(correction.predicted_finish));
}

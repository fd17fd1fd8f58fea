/** The alert's facts: colour in words, time of sending, assembly point. */

import type { JSX } from "preact";
import type { AlertStateBody } from "../api";
import { dayAndTime, texts } from "../language";

const t = texts(
  {
    red: "红色预警",
    orange: "橙色预警",
    yellow: "黄色预警",
    blue: "蓝色预警",
    sent: (at: string) => `${at} 发出`,
    assembly: (place: string) => `集合点：${place}`,
    eachOwn: "各村自己的集合点",
  },
  {
    red: "Red warning",
    orange: "Orange warning",
    yellow: "Yellow warning",
    blue: "Blue warning",
    sent: (at) => `sent ${at}`,
    assembly: (place) => `Assembly point: ${place}`,
    eachOwn: "each village's own",
  },
);

export function Facts({ alert }: { alert: AlertStateBody }): JSX.Element {
  const { colour, sent, assembly_point_here: here } = alert;
  return (
    <p class="facts">
      <b class={`warning is-warning-${colour}`}>{t()[colour]}</b> {t().sent(dayAndTime(sent))} ·{" "}
      {t().assembly(here ?? t().eachOwn)}
    </p>
  );
}

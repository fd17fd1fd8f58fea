/** The headline number: people unaccounted for, with the state in words, shape and colour. */

import type { JSX } from "preact";
import type { FeedAlertBody } from "../api";
import { number, share, texts } from "../language";
import { Drawing } from "../standing";
import type { Condition } from "./condition";
import { accounted, everybody, unaccounted, type Counts } from "./counts";

const t = texts(
  {
    unaccounted: "人未核实",
    unknown: "这里没有登记的人",
    help: (households: string) => `危险：${households} 户在求助`,
    missing: "危险：还有人下落不明",
    nearly: "接近清零：有人不走，还没有干部当面劝过",
    zero: "已清零：没有人下落不明",
    accounted: (known: string, all: string, part: string) =>
      `已核实 ${known} / ${all} 人（${part}）`,
    proposed: "待批准，尚未发布",
    open: "进行中",
    closed: "已关闭，仍在点名",
    all_clear: "已解除，可以返回",
    cancelled: "已取消",
    expired: "已过期",
  },
  {
    unaccounted: "people unaccounted for",
    unknown: "Nobody is on the roll here",
    help: (households) => `Danger: ${households} calling for help`,
    missing: "Danger: people are missing",
    nearly: "Nearly: some stay, and no officer has spoken to them",
    zero: "Zero-unaccounted: nobody is missing",
    accounted: (known, all, part) => `${known} of ${all} accounted for (${part})`,
    proposed: "Proposed, not raised yet",
    open: "In progress",
    closed: "Closed; roll-calls go on",
    all_clear: "All clear: people may return",
    cancelled: "Cancelled",
    expired: "Expired",
  },
);

/** One shape each: triangle, circle with a question mark, half circle, tick. */
const SHAPES: Record<Condition, JSX.Element> = {
  help: <path d="M8 1 15.5 15h-15zM8 6v4M8 11.6v1.6" />,
  missing: <path d="M8 1.2a6.8 6.8 0 1 0 .01 0M8 4v5M8 10.6v1.6" />,
  nearly: <path d="M2 2h12v12H2zM2 14 14 2" />,
  zero: <path d="M2 8.5 6.2 13 14 3.5" />,
  unknown: <path d="M2 8h12" />,
};

interface HeadlineProps {
  readonly counts: Counts;
  readonly condition: Condition;
  readonly state: FeedAlertBody["state"];
}

export function Headline({ counts, condition, state }: HeadlineProps): JSX.Element {
  const all = everybody(counts);
  const known = accounted(counts);
  const missing = number(unaccounted(counts));
  return (
    <section class={`headline is-${condition}`}>
      <p class="number">
        <strong style={{ "--signs": missing.length }}>{missing}</strong>{" "}
        <span>{t().unaccounted}</span>
      </p>
      <p class="condition" role="status">
        <Drawing of={SHAPES[condition]} />
        <span>{wordOf(condition, counts)}</span>
      </p>
      <p class="known">
        {t().accounted(number(known), number(all), share(all ? known / all : 0))}
        {state !== "open" && <b> · {t()[state]}</b>}
      </p>
    </section>
  );
}

/** Return the condition in the selected language. */
export function wordOf(condition: Condition, { households }: Counts): string {
  return condition === "help" ? t().help(number(households["needs_help"] ?? 0)) : t()[condition];
}

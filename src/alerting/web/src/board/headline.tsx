/** The headline number: people unaccounted for, with the state in words, shape and colour. */

import type { JSX } from "preact";
import type { FeedAlertBody } from "../api";
import { number, share, texts } from "../language";
import { Drawing } from "../standing";
import { accounted, everybody, unaccounted, type Counts } from "./counts";
import type { Danger } from "./danger";

const t = texts("board.headline");

/**
 * A different shape for each danger. In order: a triangle with an exclamation mark, a circle with
 * one, a square with a diagonal, a tick, a dash and a cross.
 */
const SHAPES: Record<Danger, JSX.Element> = {
  help: <path d="M8 1 15.5 15h-15zM8 6v4M8 11.6v1.6" />,
  missing: <path d="M8 1.2a6.8 6.8 0 1 0 .01 0M8 4v5M8 10.6v1.6" />,
  unspoken: <path d="M2 2h12v12H2zM2 14 14 2" />,
  zero: <path d="M2 8.5 6.2 13 14 3.5" />,
  unknown: <path d="M2 8h12" />,
  cancelled: <path d="M3 3 13 13M13 3 3 13" />,
};

interface HeadlineProps {
  readonly counts: Counts;
  readonly danger: Danger;
  readonly state: FeedAlertBody["state"];
}

export function Headline({ counts, danger, state }: HeadlineProps): JSX.Element {
  const all = everybody(counts);
  const known = accounted(counts);
  const count = unaccounted(counts);
  const missing = number(count);
  return (
    <section class={`headline is-${danger}`}>
      <p class="number">
        <strong style={{ "--signs": missing.length }}>{missing}</strong>{" "}
        <span>{t().unaccounted({ count })}</span>
      </p>
      <p class="condition" role="status">
        <Drawing of={SHAPES[danger]} />
        <span>{wordOf(danger, counts)}</span>
      </p>
      <p class="known">
        {t().accounted({ known, all, part: share(all ? known / all : 0) })}
        {state !== "open" && state !== danger && <b> · {t()[state]}</b>}
      </p>
    </section>
  );
}

/** Return the words for a danger in the selected language. */
export function wordOf(danger: Danger, { households }: Counts): string {
  return danger === "help" ? t().help({ households: households["needs_help"] ?? 0 }) : t()[danger];
}

/** A household's standing as word, shape and colour, the same on every page. */

import type { JSX } from "preact";
import type { Standing } from "./api";
import { texts } from "./language";

/** From the worst to the best, the order of bars and lists. */
export const STANDINGS = [
  "needs_help",
  "staying",
  "unaccounted",
  "partly",
  "elsewhere",
  "evacuated",
] as const satisfies readonly Standing[];

const t = texts("shared.standing");

/** One shape for each standing, so that nobody needs colours to tell them apart. */
const SHAPES: Record<Standing, JSX.Element> = {
  needs_help: <path d="M8 1 15.5 15h-15zM8 6v4M8 11.6v1.6" />,
  staying: <path d="M2 2h12v12H2z" />,
  unaccounted: <path d="M5 6a3 3 0 1 1 4 2.8c-.8.3-1 .8-1 1.7M8 12.6v1.4" />,
  partly: <path d="M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5a6.5 6.5 0 0 1 0 13" />,
  elsewhere: <path d="M8 1 15 8l-7 7-7-7z" />,
  evacuated: <path d="M2 8.5 6.2 13 14 3.5" />,
};

/** Return the name of a standing in the selected language. */
export function nameOf(standing: Standing): string {
  return t()[standing];
}

/** A shape of 16 by 16 units in the text's colour; the word must stand beside it. */
export function Drawing({ of }: { of: JSX.Element }): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2">
      {of}
    </svg>
  );
}

/** A standing's shape alone; the word must stand beside it. */
export function Shape({ of }: { of: Standing }): JSX.Element {
  return <Drawing of={SHAPES[of]} />;
}

/** A standing as word, shape and colour. */
export function StandingBadge({ of }: { of: Standing }): JSX.Element {
  return (
    <span class={`standing is-${of}`}>
      <Shape of={of} />
      {nameOf(of)}
    </span>
  );
}

/** People by standing as one bar, from the worst to the best; read aloud as numbers. */
export function Bar({ people }: { people: Readonly<Record<string, number>> }): JSX.Element {
  const shown = STANDINGS.filter((standing) => (people[standing] ?? 0) > 0);
  const words = shown.map((standing) =>
    t().people({ word: nameOf(standing), count: people[standing] ?? 0 }),
  );
  return (
    <div class="parts" role="img" aria-label={words.join(", ")} title={words.join(", ")}>
      {shown.map((standing) => (
        <span key={standing} class={`is-${standing}`} style={{ flexGrow: people[standing] ?? 0 }} />
      ))}
    </div>
  );
}

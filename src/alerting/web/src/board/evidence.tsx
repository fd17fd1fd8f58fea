/** All evidence on a household, newest first. */

import type { JSX } from "preact";
import type { EvidenceBody } from "../api";
import { texts, time } from "../language";

const t = texts("board.evidence");

/** The words for reports; the buttons that make reports use them too. */
export const said = texts("board.reports");

const LATE_MS = 60_000;

export function Evidence({ of }: { of: readonly EvidenceBody[] }): JSX.Element {
  return (
    <section class="evidence">
      <h3>{t().title}</h3>
      {of.length === 0 && <p>{t().nothing}</p>}
      <ol>
        {of.toReversed().map((each) => (
          <li key={each.id}>
            <time dateTime={each.given_at}>{time(each.given_at)}</time>
            <span>
              <b>{said()[each.report]}</b> {whom(each)}
              <span class="by">
                {rungOf(each.rung)} · {each.given_by_name ?? each.given_by} · {each.channel}
                {each.early && ` · ⚠ ${t().early}`}
                {isLate(each) && ` · ${t().late({ at: time(each.recorded_at) })}`}
              </span>
              {each.note && <q>{each.note}</q>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function whom({ persons, people }: EvidenceBody): string {
  if (persons) return persons.join(" · ");
  return people === null ? "" : t().people({ count: people });
}

function rungOf(rung: string): string {
  const { own, neighbour, officer, shelter } = t();
  const words: Record<string, string> = { own, neighbour, officer, shelter };
  return words[rung] ?? rung;
}

function isLate({ given_at, recorded_at }: EvidenceBody): boolean {
  return Date.parse(recorded_at) - Date.parse(given_at) > LATE_MS;
}

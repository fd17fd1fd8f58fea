/** All evidence on a household, newest first. */

import type { JSX } from "preact";
import type { EvidenceBody, Report } from "../api";
import { number, texts, time } from "../language";

const t = texts(
  {
    title: "说过什么",
    nothing: "还没有任何消息。",
    people: (count: string) => `${count} 人`,
    own: "本人",
    neighbour: "邻居或信息员",
    officer: "干部",
    shelter: "安置点",
    late: (at: string) => `${at} 才收到`,
  },
  {
    title: "What was said",
    nothing: "No word yet.",
    people: (count) => `${count} people`,
    own: "household",
    neighbour: "neighbour or informant",
    officer: "officer",
    shelter: "shelter",
    late: (at) => `came in at ${at}`,
  },
);

/** Words for reports, shared with the buttons that make them. */
export const said = texts<Record<Report, string>>(
  {
    evacuated: "已撤出",
    needs_help: "求助",
    staying: "不走",
    elsewhere: "在别处，安全",
    received: "收到",
    not_home: "敲门无人",
    missed_roll_call: "点名未答",
  },
  {
    evacuated: "Out",
    needs_help: "Needs help",
    staying: "Staying",
    elsewhere: "Elsewhere, safe",
    received: "Received",
    not_home: "Not home",
    missed_roll_call: "Missed a roll-call",
  },
);

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
                {isLate(each) && ` · ${t().late(time(each.recorded_at))}`}
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
  return people === null ? "" : t().people(number(people));
}

function rungOf(rung: string): string {
  const { own, neighbour, officer, shelter } = t();
  const words: Record<string, string> = { own, neighbour, officer, shelter };
  return words[rung] ?? rung;
}

function isLate({ given_at, recorded_at }: EvidenceBody): boolean {
  return Date.parse(recorded_at) - Date.parse(given_at) > LATE_MS;
}

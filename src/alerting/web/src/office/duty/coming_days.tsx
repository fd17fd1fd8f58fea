/** The officers on duty in the next seven days, by day and role; gaps are marked. */

import type { JSX } from "preact";
import type { DutyWeekBody, OnDutyBody, PostBody } from "../../api";
import { locale, texts } from "../../language";
import { byDay, day } from "./wall_time";

const t = texts("office.duty");
const roles = texts("office.roles");

interface Stretch {
  readonly date: string;
  readonly from: string;
  readonly to: string;
  readonly officers: readonly OnDutyBody[];
}

export function ComingDays({ week }: { week: DutyWeekBody }): JSX.Element {
  return (
    <>
      {week.posts.map((post) => (
        <section key={post.role} aria-label={roles()[post.role]}>
          <h3>{roles()[post.role]}</h3>
          <Post post={post} week={week} />
        </section>
      ))}
    </>
  );
}

function Post({ post, week }: { post: PostBody; week: DutyWeekBody }): JSX.Element {
  const names = new Map(week.officers.map(({ id, name }) => [id, name]));
  const [first] = post.watches;
  if (
    post.watches.length === 1 &&
    first?.officers.length &&
    first.officers.every(({ duty }) => duty === "always")
  ) {
    const list = new Intl.ListFormat(locale(), { type: "conjunction" });
    const all = first.officers.map(({ officer }) => names.get(officer) ?? officer);
    return <p>{t().always({ names: list.format(all) })}</p>;
  }
  const stretches = stretchesOf(post);
  const dates = [...new Set(stretches.map(({ date }) => date))];
  return (
    <ol class="days">
      {dates.map((date) => (
        <li key={date}>
          <strong>{day(`${date}T00:00`)}</strong>
          <ul>
            {stretches
              .filter((stretch) => stretch.date === date)
              .map(({ from, to, officers }) => (
                <li key={from} class={officers.length === 0 ? "lack" : undefined}>
                  {from}–{to} {officers.length === 0 ? t().gap : null}
                  {officers.map(({ officer, duty }) => (
                    <span key={officer}>
                      {" "}
                      {names.get(officer)}
                      {duty === "stands_in" && ` (${t().standsIn})`}
                    </span>
                  ))}
                </li>
              ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function stretchesOf(post: PostBody): Stretch[] {
  return post.watches.flatMap(({ begins, ends, officers }) =>
    byDay(begins, ends).map(([date, from, to]) => ({ date, from, to, officers })),
  );
}

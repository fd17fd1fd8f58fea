/** One alert of the list; the whole card links to its board. */

import type { JSX } from "preact";
import type { ListedAlertBody } from "../api";
import { dayAndTime, duration, language, named, number } from "../language";
import { Bar, Shape } from "../standing";
import { t } from "./words";

const SECOND_MS = 1_000;

export interface OpenAlertProps {
  readonly alert: ListedAlertBody;
  /** The alert time now. */
  readonly now: Date;
  /** Set if the caller still has to confirm the call. */
  readonly onConfirm?: () => Promise<void>;
}

/** An open alert, with the number of missing people and the time since it was raised. */
export function OpenAlert({ alert, now, onConfirm }: OpenAlertProps): JSX.Element {
  const { people, people_total } = alert.counts;
  const since = (now.getTime() - Date.parse(alert.sent)) / SECOND_MS;
  return (
    <li class={`alert${onConfirm ? " calling" : ""}`}>
      <a href={`/board/${alert.id}`} class="to-board">
        <Head alert={alert} />
        <span class="place">{named(alert.place_names)}</span>
        <Missing missing={people["unaccounted"] ?? 0} total={people_total} />
        {(people["needs_help"] ?? 0) > 0 && (
          <span class="standing is-needs_help">
            <Shape of="needs_help" />
            {t().help({ people: people["needs_help"] ?? 0 })}
          </span>
        )}
        <Bar people={people} />
        <span class="when">
          <span>
            <strong class="clock">{t().since({ time: duration(since) })}</strong>
          </span>
          <span>{t().raisedAt({ when: dayAndTime(alert.sent) })}</span>
        </span>
        {alert.state === "expired" && <span class="state">{t().state_expired}</span>}
      </a>
      <ToReport alert={alert} />
      {onConfirm && (
        <div class="call">
          <strong>{t().called}</strong>
          <button type="button" class="primary" onClick={onConfirm}>
            {t().confirm}
          </button>
        </div>
      )}
    </li>
  );
}

/** An alert that has ended, in one line. */
export function EndedAlert({ alert }: { alert: ListedAlertBody }): JSX.Element {
  return (
    <li class="alert ended">
      <a href={`/board/${alert.id}`} class="to-board">
        <Head alert={alert} />
        <span class="place">{named(alert.place_names)}</span>
        <span class="when">
          <span class="state">{t()[`state_${alert.state}`]}</span>
          <span>{t().raisedAt({ when: dayAndTime(alert.sent) })}</span>
        </span>
      </a>
      <ToReport alert={alert} />
    </li>
  );
}

function ToReport({ alert }: { alert: ListedAlertBody }): JSX.Element {
  return (
    <a href={`/alerts/${alert.id}/report?lang=${language.value}`} class="to-report">
      {t().report}
      <span class="hidden"> #{alert.number}</span>
    </a>
  );
}

function Head({ alert }: { alert: ListedAlertBody }): JSX.Element {
  return (
    <span class="what">
      <span class={`colour ${alert.colour}`}>{t()[alert.colour]}</span>
      <strong class="event">{named(alert.event_names)}</strong>
      <span class="code">#{alert.number}</span>
      {alert.status !== "Actual" && <span class="practice">{t()[alert.status]}</span>}
    </span>
  );
}

function Missing({ missing, total }: { missing: number; total: number }): JSX.Element {
  const standing = missing > 0 ? "unaccounted" : "evacuated";
  return (
    <span class={`missing is-${standing}`}>
      <Shape of={standing} />
      {missing > 0 && <b>{number(missing)}</b>}
      <span>
        {missing > 0 ? t().unaccounted({ count: missing }) : t().allAccounted}
        <small>{t().ofPeople({ people: total })}</small>
      </span>
    </span>
  );
}

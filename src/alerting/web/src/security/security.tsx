/** The security log, for administrators: filtered, the newest first, page by page. */

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { SecurityEventBody } from "../api";
import { dayAndTime, texts } from "../language";
import { statusOf, type Session } from "../session";
import { Failure, Shell } from "../shell";
import { detailOf } from "./detail";
import { KINDS, Log, SUSPICIOUS, type Choice } from "./log";
import "./security.css";

const t = texts("security.page");
const kinds = texts("security.kinds");

export function SecurityLog({ session }: { session: Session }): JSX.Element {
  const log = useMemo(() => new Log(), []);
  useEffect(() => void log.renew(), [log]);
  const events = log.events.value;
  return (
    <Shell title={t().title} me={session.me} status={statusOf(session)}>
      <div class="security">
        <p>{t().only}</p>
        <Filter log={log} />
        <Failure error={log.failure.value} />
        <p role="status">
          {events === null && log.failure.value === null && t().loading}
          {events?.length === 0 && t().none}
        </p>
        <ol class="log">
          {events?.map((event) => (
            <Entry key={keyOf(event)} event={event} />
          ))}
        </ol>
        {log.next.value !== null && (
          <button type="button" onClick={log.more}>
            {t().more}
          </button>
        )}
      </div>
    </Shell>
  );
}

function Filter({ log }: { log: Log }): JSX.Element {
  function choose(choice: string): void {
    log.choice.value = choice as Choice;
    void log.renew();
  }
  return (
    <form
      class="filter"
      onSubmit={(event) => {
        event.preventDefault();
        void log.renew();
      }}
    >
      <label>
        {t().kind}
        <select value={log.choice.value} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="all">{t().all}</option>
          <option value="suspicious">{t().suspicious}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {kinds()[kind]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t().officer}
        <input
          type="search"
          maxLength={100}
          autoComplete="off"
          placeholder={t().officer_hint}
          value={log.officer.value}
          onInput={(event) => (log.officer.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit">{t().again}</button>
    </form>
  );
}

function Entry({ event }: { event: SecurityEventBody }): JSX.Element {
  const { kind, minute, officer, sender, route, count } = event;
  const detail = detailOf(event.detail);
  return (
    <li class={SUSPICIOUS.includes(kind) ? "entry suspicious" : "entry"}>
      <time dateTime={minute}>{dayAndTime(minute)}</time>
      <strong>{kinds()[kind]}</strong>
      <span class="times">{count > 1 && t().times({ count })}</span>
      <dl>
        <Pair name={t().officer} value={officer} />
        <Pair name={t().sender} value={sender} />
        <Pair name={t().route} value={route} />
      </dl>
      {detail.words && (
        <span class="detail" {...(detail.lang && { lang: detail.lang })}>
          {detail.words}
        </span>
      )}
    </li>
  );
}

/** A name and its value, which stay on one line; nothing without a value. */
function Pair({ name, value }: { name: string; value: string }): JSX.Element | null {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function keyOf(event: SecurityEventBody): string {
  const { minute, kind, division, officer, sender, route, detail } = event;
  return JSON.stringify([minute, kind, division, officer, sender, route, detail]);
}

/** One household opened: phones, people, evidence, and the actions on it. */

import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { HouseholdRecordBody } from "../api";
import { get } from "../client";
import type { Feed } from "../feed";
import { texts, time } from "../language";
import { Failure } from "../shell";
import { AskAgain, isUnderWay } from "./ask_again";
import { Evidence } from "./evidence";
import { HandOn } from "./hand_on";
import type { Home } from "./homes";
import { ReportForm } from "./report_form";
import { Query } from "./panels/use_query";

const t = texts("board.household");

const MASK = "*";

interface HouseholdProps {
  readonly alert: number;
  readonly feed: Feed;
  readonly home: Home;
}

export function Household({ alert, feed, home }: HouseholdProps): JSX.Element {
  const query = useRecord(alert, feed, home);
  const reread = (): void => void query.refresh();
  const record = query.value.value;
  if (!record)
    return query.error.value ? <Failure error={query.error.value} /> : <p>{t().loading}</p>;
  const acts = { alert, record, onDone: reread };
  return (
    <div class="household">
      <Facts record={record} />
      <AskAgain {...acts} />
      <ReportForm {...acts} />
      <HandOn {...acts} />
      <Evidence of={record.evidence} />
    </div>
  );
}

/** Return the record, read again whenever the feed reports a change of the household. */
function useRecord(alert: number, feed: Feed, home: Home): Query<HouseholdRecordBody> {
  const { code, standing, people } = home;
  const query = useMemo(() => {
    const path = { alert_id: alert, code };
    return new Query(() => get("/api/alerts/{alert_id}/households/{code}", { path }));
  }, [alert, code]);
  useEffect(() => {
    const ends = [
      feed.listen((events) => {
        if (events.some(({ subject }) => subject === code)) query.hint();
      }),
      // The feed reports texts and calls as totals, not for each household.
      effect(() => {
        if (feed.state.value?.deliveries && isUnderWay(query.value.peek())) query.hint();
      }),
    ];
    return () => {
      for (const end of ends) end();
      query.close();
    };
  }, [feed, query]);
  // A new standing means that there is new evidence.
  useEffect(() => void query.refresh(), [query, standing, JSON.stringify(people)]);
  return query;
}

function Facts({ record }: { record: HouseholdRecordBody }): JSX.Element {
  const { phones, persons, door, household } = record;
  const missing = persons.filter((person) => person.missing).map(({ name }) => name);
  return (
    <>
      <p class="phones">
        {phones.length === 0 && t().noPhone}
        {phones.map((phone) => (
          <Phone key={phone} number={phone} />
        ))}
      </p>
      {household.flagged && <p class="flagged">⚠ {t().flagged}</p>}
      {missing.length > 0 && (
        <p>
          {t().missing}
          <b>{missing.join(" · ")}</b>
        </p>
      )}
      {door && (
        <p>
          {t().door({
            officer: door.officer_name ?? door.officer ?? t().nobody,
            due: time(door.due_at),
          })}
        </p>
      )}
    </>
  );
}

function Phone({ number }: { number: string }): JSX.Element {
  if (number.includes(MASK)) return <span title={t().masked}>{number}</span>;
  return (
    <a class="button" href={`tel:${number}`}>
      <span aria-hidden="true">☎</span> {t().call({ phone: number })}
    </a>
  );
}

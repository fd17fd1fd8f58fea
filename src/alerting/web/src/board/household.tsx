/** One household opened: phones, people, what was said of it, and what can be done. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { HouseholdRecordBody } from "../api";
import { get } from "../client";
import { texts, time } from "../language";
import type { Session } from "../session";
import { Failure } from "../shell";
import { Evidence } from "./evidence";
import { HandOn } from "./hand_on";
import type { Home } from "./homes";
import { Mark } from "./mark";

const t = texts(
  {
    loading: "正在读取……",
    call: (phone: string) => `拨打 ${phone}`,
    noPhone: "没有登记电话：需要上门。",
    masked: "号码只对本县干部显示。",
    missing: "还要找到：",
    door: (officer: string, due: string) => `上门：${officer}，应在 ${due} 前`,
    nobody: "还没有人",
    flagged: "人数与登记不符，请核对。",
  },
  {
    loading: "Reading…",
    call: (phone) => `Call ${phone}`,
    noPhone: "No phone on the roster: somebody must go there.",
    masked: "Numbers are shown within the county only.",
    missing: "Still to be found: ",
    door: (officer, due) => `At the door: ${officer}, due ${due}`,
    nobody: "nobody yet",
    flagged: "The number of people does not match the roster: check it.",
  },
);

const MASK = "*";

interface HouseholdProps {
  readonly alert: number;
  readonly session: Session;
  readonly home: Home;
}

export function Household({ alert, session, home }: HouseholdProps): JSX.Element {
  const record = useSignal<HouseholdRecordBody | null>(null);
  const failure = useSignal<unknown>(null);
  const changes = useSignal(0);
  const { code, standing, people } = home;
  useEffect(() => {
    const path = { alert_id: alert, code };
    get("/api/alerts/{alert_id}/households/{code}", { path }).then(
      (found) => (record.value = found),
      (error: unknown) => (failure.value = error),
    );
    // A new standing means that something more was said.
  }, [alert, code, standing, JSON.stringify(people), changes.value]);
  const reread = (): void => void (changes.value += 1);
  if (!record.value)
    return failure.value ? <Failure error={failure.value} /> : <p>{t().loading}</p>;
  return (
    <div class="household">
      <Facts record={record.value} />
      <Mark alert={alert} session={session} record={record.value} onDone={reread} />
      <HandOn alert={alert} session={session} record={record.value} onDone={reread} />
      <Evidence of={record.value.evidence} />
    </div>
  );
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
      {door && <p>{t().door(door.officer ?? t().nobody, time(door.due_at))}</p>}
    </>
  );
}

function Phone({ number }: { number: string }): JSX.Element {
  if (number.includes(MASK)) return <span title={t().masked}>{number}</span>;
  return (
    <a class="button" href={`tel:${number}`}>
      <span aria-hidden="true">☎</span> {t().call(number)}
    </a>
  );
}

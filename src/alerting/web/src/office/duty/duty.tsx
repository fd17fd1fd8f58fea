/** The duty rota of a division: the coming days, and the turns, shifts and leave of its officers. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { DutyOfficerBody, DutyWeekBody, StoredPeriodBody } from "../../api";
import { texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { DivisionChoice } from "../division_choice";
import { ComingDays } from "./coming_days";
import { PeriodForm } from "./period_form";
import { RotaStore } from "./rota_store";
import { TurnsForm } from "./turns_form";
import { clock, day, weekday } from "./wall_time";

const t = texts("office.duty");
const roles = texts("office.roles");

interface Edited {
  readonly officer: string;
  readonly form: "turns" | "period";
}

export function DutyPage({ me }: { me: Me }): JSX.Element {
  const store = useMemo(() => new RotaStore(), []);
  const edited = useSignal<Edited | null>(null);
  useEffect(() => void store.look(), [store]);
  const week = store.week.value;
  return (
    <>
      <p class="hint">{t().explain}</p>
      <DivisionChoice
        label={t().where}
        top={me.division}
        choose={(division) => void store.look(division)}
      />
      <Failure error={store.failure.value} />
      {week?.officers.length === 0 && <p>{t().none}</p>}
      {week !== null && week.officers.length > 0 && (
        <>
          <h2>{t().coming}</h2>
          <p class="hint">{t().zone({ zone: week.time_zone })}</p>
          <ComingDays week={week} />
          <h2>{t().officers}</h2>
          <ul class="rows">
            {week.officers.map((officer) => (
              <Row key={officer.id} officer={officer} week={week} store={store} edited={edited} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

interface RowProps {
  readonly officer: DutyOfficerBody;
  readonly week: DutyWeekBody;
  readonly store: RotaStore;
  readonly edited: Signal<Edited | null>;
}

function Row({ officer, week, store, edited }: RowProps): JSX.Element {
  const form = edited.value?.officer === officer.id ? edited.value.form : null;
  const others = week.officers.filter(({ id, role }) => id !== officer.id && role === officer.role);
  const periods = week.periods.filter((each) => each.officer === officer.id);
  const turns = officer.turns.map(
    ({ weekday: number, begins, ends }) => `${weekday(number)} ${begins}–${ends}`,
  );
  function close(): void {
    edited.value = null;
  }
  return (
    <li>
      <p>
        <strong>{officer.name}</strong> {roles()[officer.role]}
      </p>
      <p>{turns.join(" · ") || t().withoutTurns}</p>
      {periods.length > 0 && (
        <ul>
          {periods.map((period) => (
            <Period key={period.id} period={period} week={week} store={store} />
          ))}
        </ul>
      )}
      {form === null && (
        <>
          <button
            type="button"
            aria-label={t().turnsOf({ name: officer.name })}
            onClick={() => (edited.value = { officer: officer.id, form: "turns" })}
          >
            {t().turns}
          </button>{" "}
          <button
            type="button"
            aria-label={t().periodOf({ name: officer.name })}
            onClick={() => (edited.value = { officer: officer.id, form: "period" })}
          >
            {t().period}
          </button>
        </>
      )}
      {form === "turns" && <TurnsForm officer={officer} store={store} close={close} />}
      {form === "period" && (
        <PeriodForm officer={officer} others={others} store={store} close={close} />
      )}
    </li>
  );
}

interface PeriodProps {
  readonly period: StoredPeriodBody;
  readonly week: DutyWeekBody;
  readonly store: RotaStore;
}

function Period({ period, week, store }: PeriodProps): JSX.Element {
  const { begins, ends, in_place_of: of } = period;
  const name = week.officers.find(({ id }) => id === of)?.name ?? of;
  const what = of === null ? t()[period.kind] : t().standsInFor({ name: name ?? "" });
  const span = `${day(begins)} ${clock(begins)} – ${day(ends)} ${clock(ends)}`;
  return (
    <li>
      {what} {span}{" "}
      <button
        type="button"
        aria-label={t().removeOf({ what: `${what} ${span}` })}
        disabled={store.changes.busy.value}
        onClick={() => void store.remove(period.id)}
      >
        {t().remove}
      </button>
    </li>
  );
}

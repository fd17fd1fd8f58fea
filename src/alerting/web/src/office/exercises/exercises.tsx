/** The exercises of a division: planned, overdue and past ones, with participants and times. */

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { HeldExerciseBody } from "../../api";
import { dayAndTime, duration, language, named, number, texts } from "../../language";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import { DivisionChoice } from "../division_choice";
import { ExerciseStore } from "./exercise_store";
import { PlanStore } from "./plan_store";
import { Plans } from "./plans";
import { Practice } from "./practice";

const t = texts("office.exercises");

export function ExercisesPage({ session }: { session: Session }): JSX.Element {
  const { me } = session;
  const store = useMemo(() => new ExerciseStore(me.division), [me.division]);
  const plans = useMemo(() => new PlanStore(me.division), [me.division]);
  function look(division = me.division): void {
    void store.look(division);
    void plans.look(division);
  }
  useEffect(look, [store, plans]);
  return (
    <>
      <p class="hint">{t().explain}</p>
      {me.role !== "administrator" && <a href="/raise">{t().raise}</a>}
      <DivisionChoice label={t().where} top={me.division} choose={look} />
      <Plans store={plans} session={session} />
      <Failure error={store.failure.value} />
      <Held store={store} />
      <Practice store={store} />
    </>
  );
}

function Held({ store }: { store: ExerciseStore }): JSX.Element | null {
  const held = store.held.value;
  if (held === null) return null;
  return (
    <>
      <h2>{t().held}</h2>
      {held.length === 0 && <p>{t().none}</p>}
      <ul class="rows held">
        {held.map((each) => (
          <Exercise key={each.id} exercise={each} />
        ))}
      </ul>
      {store.before.value !== null && (
        <button type="button" disabled={store.busy.value} onClick={() => void store.moreHeld()}>
          {t().more}
        </button>
      )}
    </>
  );
}

function Exercise({ exercise }: { exercise: HeldExerciseBody }): JSX.Element {
  const { id, number: code, exercise_size: size, officers_called: called } = exercise;
  const words = exercise.event_names;
  return (
    <li>
      <p>
        <strong>{t()[size ?? "everybody"]}</strong> {named(words)} <span class="code">#{code}</span>{" "}
        <time dateTime={exercise.sent}>{dayAndTime(exercise.sent)}</time>
      </p>
      {called > 0 && <p>{officersOf(exercise)}</p>}
      {exercise.households > 0 && (
        <p>
          {t().accounted({
            households: exercise.households,
            people: number(exercise.people),
            known: number(exercise.people_accounted),
          })}
        </p>
      )}
      <p>
        <a href={`/board/${id}`} aria-label={t().boardOf({ code })}>
          {t().board}
        </a>{" "}
        <a href={`/alerts/${id}/report?lang=${language.value}`} aria-label={t().reportOf({ code })}>
          {t().report}
        </a>
      </p>
    </li>
  );
}

/** Return the number of officers who answered and the time they took, in words. */
function officersOf(exercise: HeldExerciseBody): string {
  const { half_confirmed_after: half, last_confirmed_after: last } = exercise;
  return [
    t().confirmed({ count: exercise.officers_confirmed, called: exercise.officers_called }),
    ...(half === null ? [] : [t().half({ after: duration(half) })]),
    ...(last === null ? [] : [t().all({ after: duration(last) })]),
  ].join(" · ");
}

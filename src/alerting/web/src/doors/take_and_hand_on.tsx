/** The buttons to set off to a door or hand it on, so that no two teams knock at it. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { OfficerCallBody, TaskBody } from "../api";
import { get, post, reachable } from "../client";
import { texts, time } from "../language";
import { mayReport, OfficerChoice } from "../officer_choice";
import { Failure } from "../shell";
import type { DoorsStore } from "./doors_store";

const t = texts("doors.take_and_hand_on");

interface TakeAndHandOnProps {
  readonly door: TaskBody;
  readonly store: DoorsStore;
}

export function TakeAndHandOn({ door, store }: TakeAndHandOnProps): JSX.Element {
  const officers = useSignal<readonly OfficerCallBody[] | null>(null);
  const failure = useSignal<unknown>(null);
  const isAway = !reachable.value;

  async function attempt(act: () => Promise<void>): Promise<void> {
    try {
      failure.value = null;
      await act();
    } catch (error) {
      failure.value = error;
    }
  }
  const setOff = (): Promise<void> => attempt(() => take(door, store));
  const choose = (): Promise<void> =>
    attempt(async () => {
      officers.value = await others(door, store);
    });
  const give = (officer: string): Promise<void> =>
    attempt(async () => {
      await post("/api/tasks/{task_id}/hand-on", { path: { task_id: door.id }, body: { officer } });
      await store.refresh();
    });
  return (
    <>
      {isAway && <p>{t().network}</p>}
      <div class="choices">
        {door.taken_at ? (
          <span>{t().on_my_way({ time: time(door.taken_at) })}</span>
        ) : (
          <button type="button" disabled={isAway} onClick={() => void setOff()}>
            {t().set_off}
          </button>
        )}
        {officers.value === null && (
          <button type="button" disabled={isAway} onClick={() => void choose()}>
            {t().hand_on}
          </button>
        )}
      </div>
      {officers.value && <Choice officers={officers.value} onChosen={(id) => void give(id)} />}
      <Failure error={failure.value} />
    </>
  );
}

/** Record that the caller goes there; another officer's door becomes the caller's. */
export async function take(door: TaskBody, store: DoorsStore): Promise<void> {
  await post("/api/tasks/{task_id}/take", { path: { task_id: door.id } });
  await store.refresh();
}

interface ChoiceProps {
  readonly officers: readonly OfficerCallBody[];
  readonly onChosen: (officer: string) => void;
}

function Choice({ officers, onChosen }: ChoiceProps): JSX.Element {
  const chosen = useSignal(officers[0]?.id ?? "");
  if (officers.length === 0) return <p>{t().nobody}</p>;
  return (
    <form
      class="pass-on"
      onSubmit={(event) => {
        event.preventDefault();
        onChosen(chosen.value);
      }}
    >
      <OfficerChoice label={t().to} officers={officers} chosen={chosen} />
      <button type="submit">{t().give}</button>
    </form>
  );
}

/** Return the other called officers who report on the household. */
async function others(door: TaskBody, store: DoorsStore): Promise<OfficerCallBody[]> {
  const called = await get("/api/alerts/{alert_id}/officers", { path: { alert_id: door.alert } });
  const { id } = store.session.me;
  return called.filter((officer) => officer.id !== id && mayReport(officer, door.household));
}

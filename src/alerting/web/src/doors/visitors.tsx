/** People on no roster: tourists, guests, workers. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertBody } from "../api";
import { texts } from "../language";
import type { Report } from "./entry";
import type { DoorsStore } from "./doors_store";

const t = texts("doors.visitors");

const STATES = ["evacuated", "needs_help", "not_home"] as const satisfies readonly Report[];
const MOST = 999;

interface VisitorsProps {
  readonly alert: AlertBody;
  readonly store: DoorsStore;
}

export function Visitors({ alert, store }: VisitorsProps): JSX.Element {
  const { me } = store.session;
  const places = store.cache.value.places[alert.id] ?? [];
  const chosen = useSignal(places[0]?.division ?? me.division);

  function add(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const typed = new FormData(form);
    const name = String(typed.get("name")).trim();
    const people = Number(typed.get("people"));
    const report = STATES.find((state) => state === typed.get("state")) ?? "not_home";
    const deed = { kind: "visitors", division: chosen.value, name, people, report } as const;
    void store.did({ alert: alert.id, deed, about: name, door: null }).then(() => form.reset());
  }
  return (
    <details>
      <summary>{t().title}</summary>
      <form class="visitors" onSubmit={add}>
        <label>
          {t().name}
          <input name="name" required maxLength={80} autoComplete="off" pattern=".*\S.*" />
        </label>
        <label>
          {t().people}
          <input name="people" type="number" inputMode="numeric" required min={1} max={MOST} />
        </label>
        {places.length > 1 && (
          <label>
            {t().place}
            <select
              value={chosen.value}
              onChange={({ currentTarget }) => (chosen.value = currentTarget.value)}
            >
              {places.map(({ division, name }) => (
                <option key={division} value={division}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {t().state}
          <select name="state">
            {STATES.map((state) => (
              <option key={state} value={state}>
                {t()[state]}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary">
          {t().add}
        </button>
      </form>
    </details>
  );
}

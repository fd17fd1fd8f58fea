/** Check-in at the assembly point: of households by code or name, and of people on no roster. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertBody } from "../api";
import { texts } from "../language";
import { EntryLine } from "./entry_line";
import { HomeLine, UnknownHome } from "./home_line";
import { search, unknownCode } from "./search";
import type { DoorsStore } from "./doors_store";
import { Visitors } from "./visitors";

const t = texts("doors.check_in");

const SHOWN = 20;

export function CheckIn({ store }: { store: DoorsStore }): JSX.Element {
  const { alerts } = store.cache.value;
  const chosen = useSignal<number | null>(null);
  const alert = alerts.find(({ id }) => id === chosen.value) ?? alerts[0];
  if (!alert) return <p>{t().none}</p>;
  return (
    <>
      {alerts.length > 1 && (
        <label>
          {t().alert}
          <select
            value={alert.id}
            onChange={({ currentTarget }) => (chosen.value = Number(currentTarget.value))}
          >
            {alerts.map(({ id, event, number }) => (
              <option key={id} value={id}>
                {event} #{number}
              </option>
            ))}
          </select>
        </label>
      )}
      <Search key={alert.id} alert={alert} store={store} />
      <Visitors alert={alert} store={store} />
      <Done alert={alert} store={store} />
    </>
  );
}

interface OfAlert {
  readonly alert: AlertBody;
  readonly store: DoorsStore;
}

function Search({ alert, store }: OfAlert): JSX.Element {
  const typed = useSignal("");
  const homes = store.cache.value.homes[alert.id] ?? [];
  const found = search(homes, typed.value);
  const code = unknownCode(homes, typed.value);
  const clear = (): void => void (typed.value = "");
  return (
    <section>
      <label for="home">{t().label}</label>
      <input
        id="home"
        type="search"
        autoComplete="off"
        aria-describedby="home-hint"
        value={typed.value}
        onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
      />
      <p id="home-hint" class="hint" role="status">
        {typed.value && found.length === 0 && !code ? t().nothing : t().hint}
      </p>
      <ul class="plain-list">
        {found.map((home) => (
          <HomeLine key={home.code} home={home} alert={alert} store={store} onDone={clear} />
        ))}
        {code && <UnknownHome code={code} alert={alert} store={store} onDone={clear} />}
      </ul>
    </section>
  );
}

/** The check-ins made on this phone, newest first. */
function Done({ alert, store }: OfAlert): JSX.Element | null {
  const done = store.outbox.entries.value.filter(
    (entry) =>
      entry.alert === alert.id &&
      (entry.deed.kind === "check_in" || entry.deed.kind === "visitors"),
  );
  if (done.length === 0) return null;
  return (
    <section>
      <h2>{t().done}</h2>
      {done
        .toReversed()
        .slice(0, SHOWN)
        .map((entry) => (
          <EntryLine key={entry.id} entry={entry} store={store} named />
        ))}
    </section>
  );
}

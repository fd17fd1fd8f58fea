/** The household whose code an officer scanned from the paper roll: `/doors#household=CODE`. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { texts } from "../language";
import { StandingBadge } from "../standing";
import type { DoorsStore } from "./doors_store";
import { EntryLine } from "./entry_line";
import { Find } from "./find";
import type { Home } from "./server_cache";
import { words } from "./words";

const t = texts("doors.scanned");

/** Return the household's code in an address's fragment, or null. */
export function householdIn(fragment: string): string | null {
  const code = new URLSearchParams(fragment.slice(1)).get("household");
  return code !== null && /^\d{16,19}$/.test(code) ? code : null;
}

export function Scanned({ store }: { store: DoorsStore }): JSX.Element | null {
  const code = useSignal(householdIn(location.hash));
  useEffect(() => {
    const follow = (): void => void (code.value = householdIn(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  if (code.value === null) return null;
  const { alerts, homes, mine } = store.cache.value;
  const found = alerts.flatMap(({ id }) =>
    (homes[id] ?? []).filter((home) => home.code === code.value).map((home) => ({ id, home })),
  );
  function close(): void {
    history.replaceState(null, "", location.pathname);
    code.value = null;
  }
  return (
    <section class="scanned" aria-label={t().title}>
      <h2>{t().title}</h2>
      {found.length === 0 && <p role="status">{t().unknown({ code: code.value })}</p>}
      <ul class="plain-list">
        {found.map(({ id, home }) => {
          const door = mine.find((one) => one.alert === id && one.household === home.code);
          return <Line key={id} alert={id} home={home} door={door ?? null} store={store} />;
        })}
      </ul>
      <button type="button" onClick={close}>
        {t().close}
      </button>
    </section>
  );
}

interface LineProps {
  readonly alert: number;
  readonly home: Home;
  readonly door: Parameters<typeof Find>[0]["door"];
  readonly store: DoorsStore;
}

function Line({ alert, home, door, store }: LineProps): JSX.Element {
  const { code, head, address, headcount, persons, standing } = home;
  const latest = store.outbox.entries.value.findLast(
    ({ deed, alert: of }) => of === alert && deed.kind === "report" && deed.household === code,
  );
  return (
    <li class="door" aria-label={`${head} ${address}`}>
      <p>
        <strong>{head}</strong> {words().people({ count: headcount })}{" "}
        <StandingBadge of={standing} />
        <br />
        {address} · …{code.slice(-4)}
        {persons.length > 0 && <> · {persons.join(", ")}</>}
      </p>
      {latest && <EntryLine entry={latest} store={store} />}
      <Find at={{ alert, household: code, head, headcount }} door={door} store={store} />
    </li>
  );
}

/** Officer calls to confirm (叫应), each as one big button at the top. */

import type { JSX } from "preact";
import type { CallBody } from "../api";
import { named, texts, time } from "../language";
import { EntryLine } from "./entry_line";
import { UNDO_MS } from "./entry";
import type { DoorsStore } from "./doors_store";

const t = texts("doors.calls");

export function Calls({ store }: { store: DoorsStore }): JSX.Element | null {
  const confirmed = store.outbox.entries.value.filter(({ deed }) => deed.kind === "confirm");
  const said = new Set(
    confirmed.filter(({ state }) => state !== "refused").map((one) => one.alert),
  );
  const open = store.cache.value.calls.filter(({ alert }) => !said.has(alert.id));
  const recent = confirmed.filter(
    ({ state, answeredAt }) =>
      state !== "refused" && (answeredAt === null || store.now.value - answeredAt < UNDO_MS),
  );
  if (open.length + recent.length === 0) return null;
  return (
    <section class="calls" aria-label={t().title}>
      {open.map((call) => (
        <Call key={call.alert.id} call={call} store={store} />
      ))}
      {recent.map((entry) => (
        <EntryLine key={entry.id} entry={entry} store={store} named />
      ))}
    </section>
  );
}

function Call({ call, store }: { call: CallBody; store: DoorsStore }): JSX.Element {
  const { alert, description, assembly_point: gather, called_at: calledAt } = call;
  const about = `${named(alert.event_names)} #${alert.number}`;
  return (
    <article class={`call is-${alert.colour}`}>
      <h2>{t().title}</h2>
      <p>
        <strong>{about}</strong> · {t().called({ time: time(calledAt) })}
        <br />
        {description}
        {gather !== null && (
          <>
            <br />
            {t().gather}: {gather}
          </>
        )}
      </p>
      <button
        type="button"
        class="primary big"
        onClick={() =>
          void store.did({ alert: alert.id, deed: { kind: "confirm" }, about, door: null })
        }
      >
        {t().confirm}
      </button>
    </article>
  );
}

/** Reports that are unsent or refused; always visible. */

import type { JSX } from "preact";
import { texts } from "../language";
import { isUnsent } from "./entry";
import { EntryLine } from "./entry_line";
import type { DoorsStore } from "./doors_store";

const t = texts("doors.queue");

export function Queue({ store }: { store: DoorsStore }): JSX.Element {
  const { entries, stranded } = store.outbox;
  const unsent = entries.value.filter(isUnsent).length;
  const refused = entries.value.filter(({ state }) => state === "refused");
  return (
    <>
      <div role="status" class="queue">
        {unsent > 0 && (
          <p class="waiting">
            <span aria-hidden="true">↑</span> {t().unsent({ count: unsent })}
          </p>
        )}
        {stranded.value.map(({ officerName, count }) => (
          <p key={officerName} class="waiting">
            <span aria-hidden="true">↑</span> {t().stranded({ name: officerName, count })}
          </p>
        ))}
      </div>
      {refused.length > 0 && (
        <section class="refused" role="alert">
          <p>{t().refused}</p>
          {refused.map((entry) => (
            <EntryLine key={entry.id} entry={entry} store={store} named />
          ))}
        </section>
      )}
    </>
  );
}

/** Shown if the phone's storage fails: the reports at risk, and what the officer can do. */

import type { JSX } from "preact";
import { alertTime } from "../alert_time";
import { texts, time } from "../language";
import type { DoorsStore } from "./doors_store";
import { deedName } from "./words";

const t = texts("doors.storage_trouble");

export function StorageTrouble({ store }: { store: DoorsStore }): JSX.Element | null {
  const { deeds, isFailing } = store.unkept;
  if (deeds.value.length === 0 && !isFailing.value) return null;
  if (deeds.value.length === 0)
    return (
      <p class="refused storage-trouble" role="alert">
        {t().failing}
      </p>
    );
  return (
    <section class="refused storage-trouble" role="alert">
      <p>{t().unkept}</p>
      <ul>
        {deeds.value.map(({ draft, pressedAt }) => (
          <li key={`${pressedAt} ${draft.about}`}>
            {draft.about} · <strong>{deedName(draft.deed)}</strong>{" "}
            {time(alertTime(store.clock, pressedAt))}
          </li>
        ))}
      </ul>
      <button type="button" class="primary" onClick={() => void store.keepAgain()}>
        {t().again}
      </button>
    </section>
  );
}

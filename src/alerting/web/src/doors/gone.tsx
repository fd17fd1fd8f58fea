/** Doors handed to another officer; until hidden here, this officer can still report on them. */

import type { JSX } from "preact";
import { texts } from "../language";
import type { DoorsStore } from "./doors_store";
import { Find } from "./find";
import { goneOf } from "./round";
import { words } from "./words";

const t = texts("doors.gone");

export function Gone({ store }: { store: DoorsStore }): JSX.Element | null {
  const gone = goneOf(store.cache.value, store.outbox.entries.value);
  if (!gone.length) return null;
  return (
    <details class="others" open>
      <summary>{t().title({ count: gone.length })}</summary>
      {gone.length > 1 && (
        <button type="button" onClick={() => void store.putAway(gone.map(({ door }) => door))}>
          {t().allAway}
        </button>
      )}
      <ul class="plain-list round">
        {gone.map(({ door, to }) => (
          <li
            key={`${door.alert}/${door.household}`}
            class="door is-gone"
            aria-label={`${door.head} ${door.address}`}
          >
            <h3>
              {door.head} <span class="count">{words().people({ count: door.headcount })}</span>
            </h3>
            <p class="where">{door.address}</p>
            <p>{t().handed({ name: to })}</p>
            <Find at={door} door={door} store={store} />
            <button type="button" onClick={() => void store.putAway([door])}>
              {t().away}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

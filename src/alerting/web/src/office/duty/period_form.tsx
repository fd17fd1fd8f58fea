/** The form of a dated shift, a stand-in for tonight, or a leave. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { DutyOfficerBody } from "../../api";
import { texts } from "../../language";
import type { RotaStore } from "./rota_store";

const t = texts("office.duty");
const WHATS = ["leave", "swap", "shift"] as const;
type What = (typeof WHATS)[number];

interface Props {
  readonly officer: DutyOfficerBody;
  readonly others: readonly DutyOfficerBody[];
  readonly store: RotaStore;
  readonly close: () => void;
}

export function PeriodForm({ officer, others, store, close }: Props): JSX.Element {
  const what = useSignal<What>("leave");
  const begins = useSignal("");
  const ends = useSignal("");
  const standIn = useSignal(others[0]?.id ?? "");
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const isSwap = what.value === "swap";
    const done = await store.add({
      officer: isSwap ? standIn.value : officer.id,
      kind: what.value === "leave" ? "leave" : "shift",
      begins: begins.value,
      ends: ends.value,
      in_place_of: isSwap ? officer.id : null,
    });
    if (done) close();
  }
  return (
    <form class="edit" onSubmit={(event) => void save(event)}>
      <label for="what">{t().what}</label>
      <select
        id="what"
        value={what.value}
        onChange={(event) => (what.value = event.currentTarget.value as What)}
      >
        {WHATS.map((each) => (
          <option key={each} value={each} disabled={each === "swap" && others.length === 0}>
            {t()[each]}
          </option>
        ))}
      </select>
      {what.value === "swap" && (
        <>
          <label for="standIn">{t().who}</label>
          <select
            id="standIn"
            value={standIn.value}
            onChange={(event) => (standIn.value = event.currentTarget.value)}
          >
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </>
      )}
      <label for="begins">{t().from}</label>
      <input
        id="begins"
        type="datetime-local"
        required
        value={begins.value}
        onInput={(event) => (begins.value = event.currentTarget.value)}
      />
      <label for="ends">{t().to}</label>
      <input
        id="ends"
        type="datetime-local"
        required
        value={ends.value}
        onInput={(event) => (ends.value = event.currentTarget.value)}
      />
      <button type="submit" class="primary" disabled={store.changes.busy.value}>
        {t().save}
      </button>
      <button type="button" onClick={close}>
        {t().back}
      </button>
    </form>
  );
}

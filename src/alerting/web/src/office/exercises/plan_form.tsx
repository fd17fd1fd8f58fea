/** The form to plan an exercise, once or monthly, in the chosen division. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ExerciseSize, HazardBody } from "../../api";
import { language, texts } from "../../language";
import type { PlanStore } from "./plan_store";

const t = texts("office.exercises");
const SIZES: readonly ExerciseSize[] = ["one_phone", "officers", "everybody"];

interface Props {
  readonly store: PlanStore;
  readonly hazards: readonly HazardBody[];
  readonly zone: string;
}

export function PlanForm({ store, hazards, zone }: Props): JSX.Element {
  const size = useSignal<ExerciseSize>("officers");
  const hazard = useSignal(hazards[0]?.id ?? "");
  const at = useSignal("");
  const monthly = useSignal(false);
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const said = { size: size.value, hazard: hazard.value, monthly: monthly.value };
    if (await store.plan({ ...said, at: at.value })) at.value = "";
  }
  return (
    <form class="edit" aria-label={t().plan} onSubmit={(event) => void save(event)}>
      <p class="hint">{t().planHint}</p>
      <label for="size">{t().size}</label>
      <select
        id="size"
        value={size.value}
        onChange={(event) => (size.value = event.currentTarget.value as ExerciseSize)}
      >
        {SIZES.map((each) => (
          <option key={each} value={each}>
            {each === "one_phone" ? t().ownPhone : t()[each]}
          </option>
        ))}
      </select>
      <label for="hazard">{t().hazard}</label>
      <select
        id="hazard"
        value={hazard.value}
        onChange={(event) => (hazard.value = event.currentTarget.value)}
      >
        {hazards.map(({ id, names }) => (
          <option key={id} value={id}>
            {names[language.value] ?? id}
          </option>
        ))}
      </select>
      <label for="at">{t().at({ zone })}</label>
      <input
        id="at"
        type="datetime-local"
        required
        value={at.value}
        onInput={(event) => (at.value = event.currentTarget.value)}
      />
      <label class="choice">
        <input
          type="checkbox"
          checked={monthly.value}
          onChange={(event) => (monthly.value = event.currentTarget.checked)}
        />
        {t().monthlyToo}
      </label>
      <button type="submit" class="primary" disabled={store.changes.busy.value}>
        {t().plan}
      </button>
    </form>
  );
}

/** The form of an officer's weekly turns. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { DutyOfficerBody, DutyTurnBody } from "../../api";
import { texts } from "../../language";
import type { RotaStore } from "./rota_store";
import { weekday } from "./wall_time";

const t = texts("office.duty");
const DAYS = [1, 2, 3, 4, 5, 6, 7];
const NIGHT: DutyTurnBody = { weekday: 1, begins: "20:00", ends: "08:00" };

interface Props {
  readonly officer: DutyOfficerBody;
  readonly store: RotaStore;
  readonly close: () => void;
}

export function TurnsForm({ officer, store, close }: Props): JSX.Element {
  const turns = useSignal<readonly DutyTurnBody[]>(officer.turns);
  function change(at: number, part: Partial<DutyTurnBody>): void {
    turns.value = turns.value.map((turn, index) => (index === at ? { ...turn, ...part } : turn));
  }
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (await store.setTurns(officer, [...turns.value])) close();
  }
  return (
    <form class="edit" onSubmit={(event) => void save(event)}>
      <p class="hint">{t().turnsHint}</p>
      {turns.value.map((turn, at) => (
        <fieldset key={at} class="turn">
          <legend>{t().turn({ number: at + 1 })}</legend>
          <select
            aria-label={t().weekday}
            value={turn.weekday}
            onChange={(event) => change(at, { weekday: Number(event.currentTarget.value) })}
          >
            {DAYS.map((number) => (
              <option key={number} value={number}>
                {weekday(number)}
              </option>
            ))}
          </select>
          <input
            type="time"
            required
            aria-label={t().from}
            value={turn.begins}
            onInput={(event) => change(at, { begins: event.currentTarget.value })}
          />
          <input
            type="time"
            required
            aria-label={t().to}
            value={turn.ends}
            onInput={(event) => change(at, { ends: event.currentTarget.value })}
          />
          <button
            type="button"
            onClick={() => (turns.value = turns.value.filter((_, index) => index !== at))}
          >
            {t().drop}
          </button>
        </fieldset>
      ))}
      <button
        type="button"
        onClick={() => {
          const last = turns.value.at(-1) ?? { ...NIGHT, weekday: 0 };
          turns.value = [...turns.value, { ...last, weekday: (last.weekday % 7) + 1 }];
        }}
      >
        {t().addTurn}
      </button>
      <button type="submit" class="primary" disabled={store.changes.busy.value}>
        {t().save}
      </button>
      <button type="button" onClick={close}>
        {t().back}
      </button>
    </form>
  );
}

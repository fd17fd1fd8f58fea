/** Updates an alert's content and informs those who may have received it. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Changes, Colour } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { post } from "../../client";
import { texts } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { Drawer, type ActionProps } from "./action";
import { changesOf, WORDED, type Worded } from "./changes";
import { concernedBy, owedBy } from "./corrected";

const t = texts("board.update");

const COLOURS: readonly Colour[] = ["red", "orange", "yellow", "blue"];
const LONGEST = { event: 30, assembly_point: 40, description: 1000, instruction: 1000 } as const;

export function Update({ alert, done }: ActionProps): JSX.Element {
  const mutation = useMutation();
  const draft = useSignal<Worded>(alert);
  const changes = changesOf(alert, draft.value);
  const changed = WORDED.filter((field) => changes[field] !== undefined);
  const set = (more: Partial<Worded>): void => void (draft.value = { ...draft.value, ...more });

  const press = (): Promise<void> =>
    mutation.run(JSON.stringify(changes), async (key) => {
      const text = changed.map((field) => `${t()[field]}: ${valueOf(changes, field)}`).join("; ");
      const question = { title: t().title, text, counts: concernedBy(alert), action: t().act };
      if (!(await confirmAction(question))) return null;
      const path = { alert_id: alert.id };
      const updated = await post("/api/alerts/{alert_id}/update", { path, body: changes, key });
      done();
      return `${t().done} ${owedBy(updated)}`;
    });

  return (
    <Drawer mutation={mutation} label={t().act} press={press} disabled={!changed.length}>
      <label>
        {t().event}
        <input
          value={draft.value.event}
          maxLength={LONGEST.event}
          onInput={(e) => set({ event: e.currentTarget.value })}
        />
      </label>
      <label>
        {t().colour}
        <select
          value={draft.value.colour}
          onChange={(e) => set({ colour: e.currentTarget.value as Colour })}
        >
          {COLOURS.map((colour) => (
            <option key={colour} value={colour}>
              {t()[colour as "red"]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t().assembly_point}
        <input
          value={draft.value.assembly_point ?? ""}
          placeholder={t().eachOwn}
          maxLength={LONGEST.assembly_point}
          onInput={(e) => set({ assembly_point: e.currentTarget.value })}
        />
      </label>
      {(["description", "instruction"] as const).map((field) => (
        <label key={field}>
          {t()[field]}
          <textarea
            value={draft.value[field]}
            rows={3}
            maxLength={LONGEST[field]}
            onInput={(e) => set({ [field]: e.currentTarget.value })}
          />
        </label>
      ))}
    </Drawer>
  );
}

function valueOf(changes: Changes, field: keyof Worded): string {
  const value = changes[field];
  return field === "colour" ? t()[value as "red"] : (value ?? t().eachOwn);
}

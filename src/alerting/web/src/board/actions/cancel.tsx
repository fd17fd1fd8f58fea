/** Cancels an alert and informs all who may have received it. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { confirmAction } from "../../confirm_dialog";
import { post } from "../../client";
import { texts } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { Drawer, type ActionProps } from "./action";
import { concernedBy, owedBy } from "./corrected";

const t = texts("board.cancel");

const LONGEST_REASON = 500;

export function Cancel({ alert, done }: ActionProps): JSX.Element {
  const mutation = useMutation();
  const reason = useSignal("");
  const press = (): Promise<void> =>
    mutation.run(reason.value, async (key) => {
      const counts = concernedBy(alert);
      const question = { title: t().title, text: t().text, counts, action: t().act, danger: true };
      if (!(await confirmAction(question))) return null;
      const path = { alert_id: alert.id };
      const body = { reason: reason.value };
      const cancelled = await post("/api/alerts/{alert_id}/cancel", { path, body, key });
      done();
      return `${t().done} ${owedBy(cancelled)}`;
    });
  return (
    <Drawer
      mutation={mutation}
      label={t().act}
      press={press}
      danger
      disabled={!reason.value.trim()}
    >
      <p>{t().what}</p>
      <label>
        {t().reason}
        <textarea
          rows={2}
          maxLength={LONGEST_REASON}
          value={reason.value}
          onInput={(e) => (reason.value = e.currentTarget.value)}
        />
      </label>
    </Drawer>
  );
}

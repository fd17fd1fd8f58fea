/** Sends the all-clear: people may return, and everybody who was called out is informed. */

import type { JSX } from "preact";
import { confirmAction } from "../../confirm_dialog";
import { post } from "../../client";
import { texts } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { Drawer, type ActionProps } from "./action";
import { concernedBy, owedBy } from "./corrected";

const t = texts("board.all_clear");

export function AllClear({ alert, done }: ActionProps): JSX.Element {
  const mutation = useMutation();
  const press = (): Promise<void> =>
    mutation.run("all-clear", async (key) => {
      const counts = concernedBy(alert);
      if (!(await confirmAction({ title: t().title, text: t().text, counts, action: t().act })))
        return null;
      const path = { alert_id: alert.id };
      const cleared = await post("/api/alerts/{alert_id}/all-clear", { path, key });
      done();
      return `${t().done} ${owedBy(cleared)}`;
    });
  return (
    <Drawer mutation={mutation} label={t().act} press={press}>
      <p>{t().what}</p>
    </Drawer>
  );
}

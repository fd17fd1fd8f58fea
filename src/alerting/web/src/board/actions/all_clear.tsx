/** Sends the all-clear: people may return, and everybody who was called out is informed. */

import type { JSX } from "preact";
import { confirmAction } from "../../confirm_dialog";
import { post } from "../../client";
import { texts } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { Drawer, type ActionProps } from "./action";
import { concernedBy, owedBy } from "./corrected";

const t = texts(
  {
    what: "险情已排除，大家可以回家。",
    act: "解除预警",
    title: "解除预警，告诉大家可以返回？",
    text: "解除以后不能恢复；点名和入户都停止。",
    done: "已解除。",
  },
  {
    what: "The danger is over and people may return.",
    act: "Give the all-clear",
    title: "Give the all-clear, and tell everybody to return?",
    text: "It cannot be taken back; roll-calls and doors end.",
    done: "The all-clear is given.",
  },
);

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

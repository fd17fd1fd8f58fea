/** Widens an alert: select divisions, see the people there, then send or request approval. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { RaisedBody } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { post } from "../../client";
import { list, texts, time } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { placeName } from "../panels/places";
import { Drawer, type ActionProps } from "./action";
import { Chooser } from "./chooser";
import { asksOnly } from "./permissions";
import { previewOf, reachCounts } from "./reach";

const t = texts("board.widen");

export function Widen({ alert, session, done }: ActionProps): JSX.Element {
  const mutation = useMutation();
  const chosen = useSignal<readonly string[]>([]);
  const isAsking = asksOnly(session.me);
  const count = chosen.value.length;

  const label = isAsking ? t().ask({ count }) : t().act({ count });
  const press = (): Promise<void> =>
    mutation.run(chosen.value.join(), async (key) => {
      const divisions = [...chosen.value];
      const counts = isAsking ? [] : reachCounts(await previewOf(alert, divisions));
      const question = {
        title: isAsking ? t().askTitle : t().title,
        text: list(divisions.map((code) => placeName(code))),
        counts,
        action: label,
      };
      if (!(await confirmAction(question))) return null;
      const widened = await post("/api/alerts/{alert_id}/widen", {
        path: { alert_id: alert.id },
        body: { area: { divisions } },
        key,
      });
      chosen.value = [];
      done();
      return toldOf(widened);
    });

  return (
    <Drawer mutation={mutation} label={count ? label : t().choose} press={press} disabled={!count}>
      <p>{isAsking ? t().asks : t().what}</p>
      <Chooser alert={alert} me={session.me} chosen={chosen} />
    </Drawer>
  );
}

function toldOf({ reached, approvals }: RaisedBody): string {
  const parts = [
    reached
      ? t().reached({ households: reached.households, at: time(reached.predicted_finish) })
      : "",
    approvals.length ? t().waits({ count: approvals.length }) : "",
  ];
  return parts.filter(Boolean).join(" ") || t().nobody;
}

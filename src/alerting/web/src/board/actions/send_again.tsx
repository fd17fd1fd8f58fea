/** Resends to the non-responders of the selected division. */

import type { JSX } from "preact";
import type { SentAgainBody } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { get, post } from "../../client";
import { number, texts, time } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { placeName } from "../panels/places";
import { Drawer, type ActionProps } from "./action";

const t = texts("board.send_again");

export function SendAgain({ alert, division, done }: ActionProps): JSX.Element {
  const mutation = useMutation();
  const place = placeName(division);
  const path = { alert_id: alert.id };
  const press = (): Promise<void> =>
    mutation.run(division, async (key) => {
      const told = await get("/api/alerts/{alert_id}/send-again", { path, query: { division } });
      if (!told.households)
        return t().nobody({ waiting: told.waiting, unreachable: told.unreachable });
      const question = { title: t().title({ place }), counts: countsOf(told), action: t().act };
      if (!(await confirmAction(question))) return null;
      const sent = await post("/api/alerts/{alert_id}/send-again", {
        path,
        body: { division },
        key,
      });
      done();
      return t().sent({ households: sent.households, at: time(sent.predicted_finish) });
    });
  return (
    <Drawer mutation={mutation} label={t().act} press={press}>
      <p>{t().what({ place })}</p>
    </Drawer>
  );
}

function countsOf(told: SentAgainBody): (readonly [string, string])[] {
  return [
    [t().households, number(told.households)],
    [t().people, number(told.people)],
    [t().segments, number(told.segments)],
    [t().finish, time(told.predicted_finish)],
    [t().waiting, number(told.waiting)],
    [t().unreachable, number(told.unreachable)],
  ];
}

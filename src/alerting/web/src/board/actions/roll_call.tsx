/** Calls the roll: asks safe households again; one that does not answer is searched for. */

import type { JSX } from "preact";
import type { AlertStateBody, RollCallBody } from "../../api";
import { OF_ALERT, OF_ROLL_CALLS } from "../event_kinds";
import { confirmAction } from "../../confirm_dialog";
import { get, post } from "../../client";
import { number, texts, time } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { useQuery } from "../panels/use_query";
import { Drawer, type ActionProps } from "./action";

const t = texts("board.roll_call");

export function RollCall({ alert, feed, done }: ActionProps): JSX.Element {
  const mutation = useMutation();
  const path = { alert_id: alert.id };
  const calls = useQuery<readonly RollCallBody[]>(
    feed,
    () => get("/api/alerts/{alert_id}/roll-calls", { path }),
    { kinds: [...OF_ROLL_CALLS, ...OF_ALERT], state: ({ total }) => total },
    String(alert.id),
  );
  const known = calls.value.value ?? [];
  const running = known.find(({ ended_at }) => ended_at === null);
  const press = (): Promise<void> =>
    mutation.run("roll", async (key) => {
      const counts = [[t().safe, number(safeIn(alert))]] as const;
      if (!(await confirmAction({ title: t().title, counts, action: t().act }))) return null;
      const call = await post("/api/alerts/{alert_id}/roll-calls", { path, key });
      void calls.refresh();
      done();
      return t().done({ asked: call.asked, until: time(call.ends_at) });
    });
  return (
    <Drawer mutation={mutation} label={t().act} press={press} disabled={running !== undefined}>
      <p>{t().what}</p>
      {running && <p>{t().running({ until: time(running.ends_at) })}</p>}
      <ol>
        {known.map(({ number: call, called_at, answered, asked, missed }) => (
          <li key={call}>{t().before({ call, at: time(called_at), answered, asked, missed })}</li>
        ))}
      </ol>
    </Drawer>
  );
}

function safeIn({ counts: { households } }: AlertStateBody): number {
  return (households["elsewhere"] ?? 0) + (households["evacuated"] ?? 0);
}

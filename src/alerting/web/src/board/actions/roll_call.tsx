/** Calls the roll: asks those already safe again; whoever does not answer is searched for. */

import type { JSX } from "preact";
import type { AlertStateBody, RollCallBody } from "../../api";
import { OF_ALERT, OF_ROLL_CALLS } from "../event_kinds";
import { confirmAction } from "../../confirm_dialog";
import { get, post } from "../../client";
import { number, texts, time } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { useQuery } from "../panels/use_query";
import { Drawer, type ActionProps } from "./action";

const t = texts(
  {
    what: "再问一遍已经安全的住户；没有回答的重新算作未核实。",
    act: "马上点名",
    title: "马上点名？",
    safe: "要问的住户（已安全）",
    running: (until: string) => `正在点名，到 ${until} 为止。`,
    done: (asked: number, until: string) => `已问 ${number(asked)} 户，${until} 截止。`,
    before: (call: number, at: string, answered: number, asked: number, missed: number) =>
      `第 ${number(call)} 次 ${at}：${number(answered)} / ${number(asked)} 户已答，${number(missed)} 户没有答`,
  },
  {
    what: "Asks every household that is safe once more; who does not answer is unaccounted again.",
    act: "Call the roll now",
    title: "Call the roll now?",
    safe: "Households asked (those safe)",
    running: (until) => `A roll-call is running until ${until}.`,
    done: (asked, until) => `${number(asked)} households are asked; they have until ${until}.`,
    before: (call, at, answered, asked, missed) =>
      `No. ${number(call)} at ${at}: ${number(answered)} of ${number(asked)} answered, ${number(missed)} missed it`,
  },
);

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
      return t().done(call.asked, time(call.ends_at));
    });
  return (
    <Drawer mutation={mutation} label={t().act} press={press} disabled={running !== undefined}>
      <p>{t().what}</p>
      {running && <p>{t().running(time(running.ends_at))}</p>}
      <ol>
        {known.map(({ number: call, called_at, answered, asked, missed }) => (
          <li key={call}>{t().before(call, time(called_at), answered, asked, missed)}</li>
        ))}
      </ol>
    </Drawer>
  );
}

function safeIn({ counts: { households } }: AlertStateBody): number {
  return (households["elsewhere"] ?? 0) + (households["evacuated"] ?? 0);
}

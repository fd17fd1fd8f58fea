/** Widens an alert: select divisions, see whom they hold, then send, or request approval. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { RaisedBody } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { post } from "../../client";
import { list, number, texts, time } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { placeName } from "../panels/places";
import { Drawer, type ActionProps } from "./action";
import { Chooser } from "./chooser";
import { asksOnly } from "./permissions";
import { previewOf, reachCounts } from "./reach";

const t = texts(
  {
    what: "已通知的人不会再通知一次。",
    asks: "你的请求由乡镇或县区值班员批准；批准前不发送。",
    choose: "先选地方",
    act: (count: number) => `扩大到 ${number(count)} 处`,
    ask: (count: number) => `请求扩大到 ${number(count)} 处`,
    title: "扩大范围，马上通知？",
    askTitle: "请求扩大范围？",
    reached: (households: number, at: string) =>
      `已通知 ${number(households)} 户，预计 ${at} 发完。`,
    waits: (count: number) => `${number(count)} 项等待批准。`,
    nobody: "那里没有还要通知的人。",
  },
  {
    what: "Nobody whom the alert reached already is reached again.",
    asks: "A duty officer of town or county decides; nothing is sent before that.",
    choose: "Choose where",
    act: (count) => `Widen to ${number(count)} more`,
    ask: (count) => `Ask for ${number(count)} more`,
    title: "Widen, and alert them now?",
    askTitle: "Ask for a wider area?",
    reached: (households, at) =>
      `${number(households)} households are alerted; the last text leaves at ${at}.`,
    waits: (count) => `${number(count)} wait for approval.`,
    nobody: "Nobody there was left to alert.",
  },
);

export function Widen({ alert, session, done }: ActionProps): JSX.Element {
  const mutation = useMutation();
  const chosen = useSignal<readonly string[]>([]);
  const isAsking = asksOnly(session.me);
  const count = chosen.value.length;

  const label = isAsking ? t().ask(count) : t().act(count);
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
    reached ? t().reached(reached.households, time(reached.predicted_finish)) : "",
    approvals.length ? t().waits(approvals.length) : "",
  ];
  return parts.filter(Boolean).join(" ") || t().nobody;
}

/** Resends to the non-responders of the selected division. */

import type { JSX } from "preact";
import type { SentAgainBody } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { get, post } from "../../client";
import { number, texts, time } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { placeName } from "../panels/places";
import { Drawer, type ActionProps } from "./action";

const t = texts(
  {
    what: (place: string) =>
      `给${place}还没有回音的住户再发一次短信。短信还在排队的不重发；没有电话的由人员上门。`,
    act: "再发一次",
    title: (place: string) => `给${place}没有回音的住户再发一次？`,
    households: "住户",
    people: "未核实的人",
    segments: "短信条数",
    finish: "预计发完",
    waiting: "已在排队的住户",
    unreachable: "没有电话的住户",
    nobody: (waiting: number, unreachable: number) =>
      `没有可发的：${number(waiting)} 户已在排队，${number(unreachable)} 户没有电话。`,
    sent: (households: number, at: string) =>
      `已给 ${number(households)} 户再发，预计 ${at} 发完。`,
  },
  {
    what: (place) =>
      `Texts every household of ${place} that has not answered once more. Whoever a text waits for is left out; whoever has no phone gets a visit.`,
    act: "Send again",
    title: (place) => `Send again to the silent of ${place}?`,
    households: "Households",
    people: "People unaccounted",
    segments: "SMS segments",
    finish: "Last text leaves",
    waiting: "A text waits already for",
    unreachable: "Without a phone",
    nobody: (waiting, unreachable) =>
      `Nobody to text: for ${number(waiting)} households a text waits already, ${number(unreachable)} have no phone.`,
    sent: (households, at) =>
      `${number(households)} households are texted again; the last text leaves at ${at}.`,
  },
);

export function SendAgain({ alert, division, done }: ActionProps): JSX.Element {
  const mutation = useMutation();
  const place = placeName(division);
  const path = { alert_id: alert.id };
  const press = (): Promise<void> =>
    mutation.run(division, async (key) => {
      const told = await get("/api/alerts/{alert_id}/send-again", { path, query: { division } });
      if (!told.households) return t().nobody(told.waiting, told.unreachable);
      const question = { title: t().title(place), counts: countsOf(told), action: t().act };
      if (!(await confirmAction(question))) return null;
      const sent = await post("/api/alerts/{alert_id}/send-again", {
        path,
        body: { division },
        key,
      });
      done();
      return t().sent(sent.households, time(sent.predicted_finish));
    });
  return (
    <Drawer mutation={mutation} label={t().act} press={press}>
      <p>{t().what(place)}</p>
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

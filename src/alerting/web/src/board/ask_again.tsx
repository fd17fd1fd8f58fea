/** Asks one household again by text or phone call, and shows the outcome of the last try. */

import type { JSX } from "preact";
import type { HouseholdRecordBody, TryBody } from "../api";
import { post, Refusal } from "../client";
import { texts, time } from "../language";
import { Failure } from "../shell";
import { offers } from "./household_actions";
import { useMutation } from "./panels/use_mutation";

const t = texts(
  {
    title: "再问一次",
    sms: "再发短信",
    voice: "打录音电话",
    asked: (at: string, by: string) => `${at} 再问过（${by}）`,
    sent: (at: string) => `${at} 发过短信`,
    called: (at: string) => `${at} 打过电话`,
    done: (at: string) => `${at} 已再问`,
    waits: "等待发出",
    underWay: "在路上",
    arrived: "已送达",
    heard: "已听完",
    failed: "没有送达",
    unanswered: "没有接通",
    ended: "没有发出",
    alert_not_open: "预警不在进行中，不再发送。",
    alert_has_expired: "预警已到期，不再发送。",
    accounted_already: "这户人已全部核实。",
    no_phone: "没有登记电话：需要上门。",
    cannot_be_reached: "短信到不了这户：请打电话或派人上门。",
    under_way: "刚刚已经问过：请等回音。",
  },
  {
    title: "Ask again",
    sms: "Text again",
    voice: "Call with a recording",
    asked: (at, by) => `asked again ${at} by ${by}`,
    sent: (at) => `texted ${at}`,
    called: (at) => `called ${at}`,
    done: (at) => `Asked again ${at}`,
    waits: "waits to be sent",
    underWay: "on its way",
    arrived: "arrived",
    heard: "heard to the end",
    failed: "did not arrive",
    unanswered: "not answered",
    ended: "not sent",
    alert_not_open: "The alert is not open: it sends nothing more.",
    alert_has_expired: "The alert has expired: it sends nothing more.",
    accounted_already: "Everybody of this household is accounted for.",
    no_phone: "No phone on the roster: somebody must go there.",
    cannot_be_reached: "No text reaches this household: call, or send somebody.",
    under_way: "It was asked just now: wait for the answer.",
  },
);

const WAITS: readonly TryBody["state"][] = ["queued", "sending", "unknown"];
const GOING: readonly TryBody["state"][] = [...WAITS, "accepted", "sent"];

interface AskAgainProps {
  readonly alert: number;
  readonly record: HouseholdRecordBody;
  readonly onDone: () => void;
}

export function AskAgain({ alert, record, onDone }: AskAgainProps): JSX.Element | null {
  const mutation = useMutation();
  const { code } = record.household;
  if (!offers(record, "ask_by_text") && !offers(record, "ask_by_call")) return null;

  const ask = (channel: "sms" | "voice"): Promise<void> =>
    mutation.run(channel, async () => {
      const path = { alert_id: alert, code };
      try {
        const body = { channel };
        const asked = await post("/api/alerts/{alert_id}/households/{code}/ask", { path, body });
        return t().done(time(asked.at));
      } catch (error) {
        throw worded(error);
      } finally {
        onDone();
      }
    });
  return (
    <fieldset class="ask-again" disabled={mutation.busy.value}>
      <legend>{t().title}</legend>
      <div class="marks">
        {(["sms", "voice"] as const).map((channel) => {
          const last = record.tries.find((one) => one.channel === channel);
          return (
            <button
              key={channel}
              type="button"
              disabled={last !== undefined && WAITS.includes(last.state)}
              onClick={() => void ask(channel)}
            >
              {t()[channel]}
              {last && <small>{toldOf(last)}</small>}
            </button>
          );
        })}
      </div>
      <Failure error={mutation.error.value} />
      <p role="status">{mutation.told.value}</p>
    </fieldset>
  );
}

/** Return whether a household's tries are still in progress. */
export function isUnderWay(record: HouseholdRecordBody | null): boolean {
  return record?.tries.some(({ state }) => GOING.includes(state)) ?? false;
}

function toldOf({ channel, at, state, by, by_name }: TryBody): string {
  const isCall = channel === "voice";
  const when = by
    ? t().asked(time(at), by_name ?? by)
    : isCall
      ? t().called(time(at))
      : t().sent(time(at));
  return `${when} · ${stateOf(state, isCall)}`;
}

function stateOf(state: TryBody["state"], isCall: boolean): string {
  if (WAITS.includes(state)) return t().waits;
  if (GOING.includes(state)) return t().underWay;
  if (state === "delivered") return isCall ? t().heard : t().arrived;
  if (state === "expired" || state === "cancelled") return t().ended;
  return isCall ? t().unanswered : t().failed;
}

/** The service names its reason; return the same one in the page's words. */
function worded(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const words: Readonly<Record<string, unknown>> = t();
  const said = error.reasons
    .map((reason) => words[reason])
    .filter((one) => typeof one === "string");
  return said.length ? new Refusal(error.status, said.join(" "), []) : error;
}

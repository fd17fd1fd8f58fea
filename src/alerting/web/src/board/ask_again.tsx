/** Asks one household again by text or phone call, and shows the outcome of the last try. */

import type { JSX } from "preact";
import type { HouseholdRecordBody, TryBody } from "../api";
import { post } from "../client";
import { texts, time } from "../language";
import { Failure } from "../shell";
import { offers } from "./household_actions";
import { useMutation } from "./panels/use_mutation";
import { worded } from "./worded";

const t = texts("board.ask_again");

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
        return t().done({ at: time(asked.at) });
      } catch (error) {
        throw worded(error, t());
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
    ? t().asked({ at: time(at), by: by_name ?? by })
    : isCall
      ? t().called({ at: time(at) })
      : t().sent({ at: time(at) });
  return `${when} · ${stateOf(state, isCall)}`;
}

function stateOf(state: TryBody["state"], isCall: boolean): string {
  if (WAITS.includes(state)) return t().waits;
  if (GOING.includes(state)) return t().underWay;
  if (state === "delivered") return isCall ? t().heard : t().arrived;
  if (state === "expired" || state === "cancelled") return t().ended;
  return isCall ? t().unanswered : t().failed;
}

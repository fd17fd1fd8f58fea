/** Requests that wait for an officer's approval, with the time left, and the decision itself. */

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertStateBody, ListedApprovalBody } from "../../api";
import { OF_ALERT, OF_APPROVALS } from "../event_kinds";
import { get } from "../../client";
import type { Feed } from "../../feed";
import { duration, list, number, texts, time } from "../../language";
import type { Session } from "../../session";
import { ApprovalActs } from "./approval_acts";
import { useQuery } from "./use_query";
import { Panel } from "./panel";
import { placeName } from "./places";
import { Rows } from "./rows";
import { secondsSince, useTicking } from "../alert_clock";
import { words } from "./words";

const t = texts("board.approvals");

export interface ApprovalsProps {
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly session: Session;
}

export function Approvals({ alert, feed, session }: ApprovalsProps): JSX.Element {
  const query = useQuery<readonly ListedApprovalBody[]>(
    feed,
    () => get("/api/alerts/{alert_id}/approvals", { path: { alert_id: alert.id } }),
    { kinds: [...OF_APPROVALS, ...OF_ALERT] },
    String(alert.id),
  );
  const found = query.value.value ?? [];
  const waiting = found.filter(({ state }) => state === "waiting");
  const settled = found.filter(({ state }) => state !== "waiting");
  return (
    <Panel
      id="panel-approvals"
      title={t().title}
      told={
        query.value.value === null
          ? words().loading
          : waiting.length
            ? t().told({ count: waiting.length })
            : t().none
      }
      tone={waiting.length ? "caution" : "plain"}
      error={query.error.value}
    >
      <Rows
        of={waiting}
        row={(each) => (
          <Approval
            key={each.id}
            of={each}
            alert={alert}
            feed={feed}
            session={session}
            done={() => void query.refresh()}
          />
        )}
      />
      {settled.length > 0 && (
        <details class="rest">
          <summary>
            {t().settled} ({number(settled.length)})
          </summary>
          <ul class="panel-list">
            {settled.map((each) => (
              <li key={each.id}>
                <strong>{t()[each.state]}</strong>{" "}
                {list(each.divisions.map((code) => placeName(code)))}{" "}
                <small>
                  {[
                    each.decided_by_name ?? each.decided_by,
                    each.decided_at && time(each.decided_at),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </small>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}

interface ApprovalProps {
  readonly of: ListedApprovalBody;
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly session: Session;
  readonly done: () => void;
}

function Approval({ of, alert, feed, session, done }: ApprovalProps): JSX.Element {
  return (
    <li class="case">
      <div class="case-head">
        <strong>{t()[of.cause]}</strong>
        <PassesUp of={of} feed={feed} session={session} />
      </div>
      <div>{list(of.divisions.map((code) => placeName(code)))}</div>
      <div class="case-owner">
        {t().asked({ by: of.asked_by_name ?? of.asked_by, at: time(of.asked_at) })} ·{" "}
        {t().waits({ place: placeName(of.asked) })}
      </div>
      <ApprovalActs of={of} alert={alert} session={session} done={done} />
    </li>
  );
}

interface PassesUpProps {
  readonly of: ListedApprovalBody;
  readonly feed: Feed;
  readonly session: Session;
}

function PassesUp({ of, feed, session }: PassesUpProps): JSX.Element {
  const now = useTicking(session, feed);
  const left = useComputed(() =>
    of.passes_at === null ? null : -secondsSince(of.passes_at, now.value),
  ).value;
  if (left === null) return <small>{t().last}</small>;
  return <span class="clock">{t().passes({ left: duration(left) })}</span>;
}

/** Calls for help: the household, since when, who is on the way, and how many are resolved. */

import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertStateBody, HelpCaseBody, HelpCasesBody, TaskBody } from "../../api";
import { OF_ALERT, OF_HELP, OF_TASKS } from "../event_kinds";
import { get } from "../../client";
import type { Feed } from "../../feed";
import { duration, share, texts, time } from "../../language";
import type { Session } from "../../session";
import { whyVulnerable } from "../../vulnerable";
import { useQuery } from "./use_query";
import { HelpActs } from "./help_acts";
import { Panel } from "./panel";
import { placeName } from "./places";
import { Rows } from "./rows";
import { secondsSince, useTicking } from "../alert_clock";
import { tierName, words } from "./words";

const t = texts("board.help");

export interface HelpProps {
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly session: Session;
  readonly division: string;
  /** Number of households that call for help, by the feed. */
  readonly calls: number;
  readonly tasks: readonly TaskBody[];
}

export function Help({ alert, feed, session, division, calls, tasks }: HelpProps): JSX.Element {
  const query = useQuery<HelpCasesBody>(
    feed,
    () =>
      get("/api/alerts/{alert_id}/help-cases", {
        path: { alert_id: alert.id },
        query: { division },
      }),
    {
      kinds: [...OF_HELP, ...OF_TASKS, ...OF_ALERT, "visitors.added"],
      state: ({ total }) => `${total.households["needs_help"]}/${total.people["needs_help"]}`,
    },
    `${alert.id}/${division}`,
  );
  const time = useTicking(session, feed);
  const found = query.value.value;
  const listed = found?.cases.filter(({ state }) => state === "open").length ?? 0;
  const doors = new Map(tasks.map((task) => [task.household, task]));
  return (
    <Panel
      id="panel-help"
      title={t().title}
      told={summary(calls, found)}
      tone={calls ? "danger" : found === null ? "plain" : "well"}
      error={query.error.value}
    >
      {found && typeof found.resolution.rate === "number" && (
        <p class="panel-rate">{t().rate({ rate: share(found.resolution.rate) })}</p>
      )}
      {found && listed !== calls && (
        <p class="why">{t().older({ seq: String(found.seq), listed })}</p>
      )}
      <Rows
        of={found?.cases ?? []}
        row={(each) => (
          <Case
            key={each.household}
            of={each}
            time={time}
            door={doors.get(each.household)}
            acts={
              <HelpActs
                alert={alert.id}
                of={each}
                door={doors.get(each.household)}
                session={session}
                done={() => void query.refresh()}
              />
            }
          />
        )}
      />
    </Panel>
  );
}

/** Return the summary: open calls are counted by the feed, resolved ones by the list. */
function summary(calls: number, found: HelpCasesBody | null): string {
  if (found === null) return calls ? t().toldOpen({ open: calls }) : words().loading;
  const all = calls + found.resolution.resolved;
  return all ? t().told({ open: calls, all }) : t().none;
}

interface CaseProps {
  readonly of: HelpCaseBody;
  readonly time: ReadonlySignal<Date>;
  readonly door: TaskBody | undefined;
  readonly acts: JSX.Element;
}

function Case({ of, time, door, acts }: CaseProps): JSX.Element {
  const isOpen = of.state === "open";
  return (
    <li class={isOpen ? "case is-open" : "case"}>
      <div class="case-head">
        <span class={isOpen ? "mark mark-danger" : "mark mark-well"}>
          <span aria-hidden="true">{isOpen ? "▲" : "✓"}</span> {isOpen ? t().open : t().closed}
        </span>
        <strong>{of.head}</strong>
        <span>{words().people({ count: of.headcount })}</span>
        {isOpen && <Since opened={of.opened_at} time={time} />}
      </div>
      <div class="case-where">
        {[placeName(of.division), of.address, of.vulnerable && whyVulnerable(of.vulnerable)]
          .filter(Boolean)
          .join(" · ")}
      </div>
      {isOpen ? <Owner of={of} time={time} door={door} /> : <Resolved of={of} />}
      {isOpen && acts}
    </li>
  );
}

function Since({ opened, time }: { opened: string; time: ReadonlySignal<Date> }): JSX.Element {
  return (
    <span class="clock">{t().since({ time: duration(secondsSince(opened, time.value)) })}</span>
  );
}

function Owner({ of, time, door }: Omit<CaseProps, "acts">): JSX.Element {
  const left = of.passes_at === null ? null : -secondsSince(of.passes_at, time.value);
  const name = door?.officer_name ?? door?.officer;
  const on = name
    ? door?.state === "taken"
      ? t().going({ name })
      : t().sent({ name })
    : t().nobody;
  return (
    <div class="case-owner">
      <div>
        {t().owner({ place: placeName(of.owner.division), tier: tierName(of.owner.tier) })}
        {left !== null && ` · ${left > 0 ? t().passes({ left: duration(left) }) : t().passing}`}
      </div>
      <div>{on}</div>
    </div>
  );
}

function Resolved({ of }: { of: HelpCaseBody }): JSX.Element | null {
  if (of.resolved_at === null) return null;
  const name = of.resolved_by_name ?? of.resolved_by ?? "";
  return <div class="case-owner">{t().by({ name, at: time(of.resolved_at) })}</div>;
}

/** Officer calls (叫应) by tier: those who could not be woken and the silent first. */

import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import type { AlertStateBody, CallState, OfficerCallBody } from "../../api";
import { OF_ALERT, OF_OFFICERS } from "../event_kinds";
import { get } from "../../client";
import type { Feed } from "../../feed";
import { duration, texts, time } from "../../language";
import type { Session } from "../../session";
import { useQuery } from "./use_query";
import { byTier, type TierOfCalls } from "./officer_tiers";
import { Panel } from "./panel";
import { placeName } from "./places";
import { Rows } from "./rows";
import { secondsSince, useTicking } from "../alert_clock";
import { Wake } from "./wake";
import { tierName, words } from "./words";

const t = texts("board.officers");

const MASK = "*";
const MARKS: Record<CallState, readonly [sign: string, tone: string]> = {
  not_woken: ["▲", "danger"],
  called: ["◆", "caution"],
  confirmed: ["✓", "well"],
};

export interface OfficersProps {
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly session: Session;
  readonly division: string;
}

export function Officers({ alert, feed, session, division }: OfficersProps): JSX.Element {
  const now = useTicking(session, feed);
  const query = useQuery<readonly OfficerCallBody[]>(
    feed,
    () =>
      get("/api/alerts/{alert_id}/officers", { path: { alert_id: alert.id }, query: { division } }),
    { kinds: [...OF_OFFICERS, ...OF_ALERT] },
    `${alert.id}/${division}`,
  );
  const found = query.value.value;
  const all = found?.length ?? 0;
  const silent = found?.filter(({ state }) => state !== "confirmed").length ?? 0;
  const unwoken = found?.filter(({ state }) => state === "not_woken").length ?? 0;
  return (
    <Panel
      id="panel-officers"
      title={t().title}
      told={found ? summary(silent, unwoken, all) : words().loading}
      tone={unwoken ? "danger" : silent ? "caution" : all ? "well" : "plain"}
      error={query.error.value}
    >
      {byTier(found ?? []).map((tier) => (
        <TierList
          key={tier.tier}
          of={tier}
          now={now}
          wake={(officer) =>
            alert.state === "open" && (
              <Wake
                alert={alert.id}
                officer={officer}
                session={session}
                done={() => void query.refresh()}
              />
            )
          }
        />
      ))}
    </Panel>
  );
}

function summary(silent: number, unwoken: number, all: number): string {
  if (!all) return t().nobody;
  if (!silent) return t().answered({ all });
  const told = t().told({ silent, all });
  return unwoken ? `${told} · ${t().unwoken({ count: unwoken })}` : told;
}

interface TierProps {
  readonly of: TierOfCalls;
  readonly now: ReadonlySignal<Date>;
  /** The button that calls an officer again. */
  readonly wake: (officer: OfficerCallBody) => ComponentChildren;
}

function TierList({ of, now, wake }: TierProps): JSX.Element {
  const call = (each: OfficerCallBody): JSX.Element => (
    <Call key={each.id} of={each} now={now} wake={wake} />
  );
  return (
    <section class="tier">
      <h3>
        {tierName(of.tier)}{" "}
        <small>
          {t().counts({
            confirmed: of.confirmed.length,
            all: of.confirmed.length + of.silent.length,
          })}
        </small>
      </h3>
      <Rows of={of.silent} row={call} />
      {of.confirmed.length > 0 && (
        <details class="rest">
          <summary>{t().rest({ count: of.confirmed.length })}</summary>
          <Rows of={of.confirmed} row={call} />
        </details>
      )}
    </section>
  );
}

interface CallProps {
  readonly of: OfficerCallBody;
  readonly now: ReadonlySignal<Date>;
}

function Call({ of, now, wake }: CallProps & Pick<TierProps, "wake">): JSX.Element {
  const [sign, tone] = MARKS[of.state];
  return (
    <li class={`call is-${of.state}`}>
      <span class={`mark mark-${tone}`}>
        <span aria-hidden="true">{sign}</span> {t()[of.state]}
      </span>
      <span>
        <strong>{of.name}</strong> {of.deputy_of !== null && `(${t().deputy}) `}
        <small>{placeName(of.division)}</small>
      </span>
      {of.confirmed_at === null ? (
        <>
          <Waiting of={of} now={now} />
          {of.state === "not_woken" && (
            <>
              <PhoneLink of={of} /> {wake(of)}
            </>
          )}
        </>
      ) : (
        <small>{time(of.confirmed_at)}</small>
      )}
    </li>
  );
}

function PhoneLink({ of: { phone } }: { of: OfficerCallBody }): JSX.Element | null {
  if (phone === null) return null;
  if (phone.includes(MASK)) return <small>{phone}</small>;
  return (
    <a class="button" href={`tel:${phone}`}>
      <span aria-hidden="true">☎</span> {phone}
    </a>
  );
}

function Waiting({ of, now }: CallProps): JSX.Element {
  return (
    <small>
      {t().since({ since: duration(secondsSince(of.called_at, now.value)) })}
      {of.woken_at !== null && ` · ${t().again({ at: time(of.woken_at) })}`}
      {of.told_above_at !== null && ` · ${t().above({ at: time(of.told_above_at) })}`}
    </small>
  );
}

/** The page of alerts: running alerts, ended alerts, and the link to raise one. */

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { ListedAlertBody } from "../api";
import { mayRaise } from "../raise/who";
import { alertTime } from "../alert_time";
import { statusOf, type Session } from "../session";
import { Failure, Shell } from "../shell";
import "./alerts.css";
import { EndedAlert, OpenAlert } from "./card";
import { AlertList, parted } from "./list";
import { Notes } from "./notes";
import { Sensors } from "./sensors";
import { Webhooks } from "./webhooks";
import { t } from "./words";

export function Alerts({ session }: { session: Session }): JSX.Element {
  const list = useMemo(() => new AlertList(), []);
  useEffect(() => () => list.close(), [list]);
  const alerts = list.alerts.value;
  return (
    <Shell title={t().title} me={session.me} status={statusOf(session)} stale={list.stale}>
      <div class="alerts">
        {mayRaise(session.me) && (
          <a href="/raise" class="button danger raise">
            {t().raise}
          </a>
        )}
        <Failure error={list.failure.value} />
        <Notes list={list} now={alertTime(session.clock, list.tick.value)} />
        {alerts === null ? (
          <p role="status">{list.failure.value === null && t().loading}</p>
        ) : (
          <Lists session={session} list={list} alerts={alerts} />
        )}
        {session.me.role === "administrator" && <Webhooks />}
      </div>
    </Shell>
  );
}

function Lists({
  session,
  list,
  alerts,
}: {
  session: Session;
  list: AlertList;
  alerts: readonly ListedAlertBody[];
}): JSX.Element {
  const { open, ended } = parted(alerts);
  const now = alertTime(session.clock, list.tick.value);
  return (
    <>
      <section aria-labelledby="open">
        <h2 id="open">{t().open}</h2>
        {open.length === 0 && <p>{t().none}</p>}
        <ul>
          {open.map((alert) => (
            <OpenAlert
              key={alert.id}
              alert={alert}
              now={now}
              {...(list.toConfirm.value.has(alert.id) && {
                onConfirm: () => list.confirm(alert.id),
              })}
            />
          ))}
        </ul>
      </section>
      <Sensors sensors={list.sensors.value} />
      {ended.length > 0 && (
        <section aria-labelledby="ended">
          <h2 id="ended">{t().ended}</h2>
          <ul>
            {ended.map((alert) => (
              <EndedAlert key={alert.id} alert={alert} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

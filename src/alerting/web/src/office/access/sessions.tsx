/** The devices on which officers are signed in, each with the button that ends its session. */

import type { JSX } from "preact";
import type { OfficeSessionBody, Role } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { dayAndTime, texts } from "../../language";
import type { AccessList } from "./access_list";
import { deviceName } from "./device";

const t = texts("office.access");
const roles = texts("office.roles");

export function Sessions({ list }: { list: AccessList }): JSX.Element {
  const found = list.sessions.value;
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{t().sessions}</h2>
      <div role="status">{found?.length === 0 && <p>{t().noSessions}</p>}</div>
      <ul class="rows">
        {found?.map((each) => (
          <Row key={each.session.id} list={list} shown={each} />
        ))}
      </ul>
      {list.before.value !== null && (
        <button type="button" disabled={list.attempts.busy.value} onClick={() => void list.more()}>
          {t().more}
        </button>
      )}
    </section>
  );
}

interface RowProps {
  readonly list: AccessList;
  readonly shown: OfficeSessionBody;
}

function Row({ list, shown: { officer, session } }: RowProps): JSX.Element {
  const words: Readonly<Record<Role, string>> = roles();
  const device = deviceName(session.device);
  const endOf = t().endOf({ name: officer.name, device });
  async function end(): Promise<void> {
    const question = { title: endOf, text: t().ending, action: t().end, danger: true };
    if (await confirmAction(question)) await list.end(session.id);
  }
  return (
    <li>
      <p>
        <strong>{officer.name}</strong> {words[officer.role]} {officer.place}{" "}
        <span class="code">{officer.id}</span>
      </p>
      <p title={session.device}>
        {device} · {session.by_passkey ? t().byPasskey : t().byLink}
      </p>
      <p>
        {t().seen({ time: dayAndTime(session.last_seen_at) })} ·{" "}
        {t().begun({ time: dayAndTime(session.begun_at) })} ·{" "}
        {t().ends({ time: dayAndTime(session.expires_at) })}
      </p>
      {session.current ? (
        <p>
          <strong>{t().current}</strong>
        </p>
      ) : (
        <button
          type="button"
          disabled={list.attempts.busy.value}
          aria-label={endOf}
          onClick={() => void end()}
        >
          {t().end}
        </button>
      )}
    </li>
  );
}

/** The valid tokens of officers' programs and of machines, each with the button to revoke it. */

import type { JSX } from "preact";
import type { OfficeTokenBody } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { date, texts } from "../../language";
import type { AccessList } from "./access_list";

const t = texts("office.access");

export function Tokens({ list }: { list: AccessList }): JSX.Element {
  const found = list.tokens.value;
  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">{t().tokens}</h2>
      <p class="hint">{t().issue}</p>
      <div role="status">{found?.tokens.length === 0 && <p>{t().noTokens}</p>}</div>
      <ul class="rows">
        {found?.tokens.map((each) => (
          <Row key={each.fingerprint} list={list} token={each} />
        ))}
      </ul>
      {found?.is_all === false && <p class="refused">{t().notAll}</p>}
    </section>
  );
}

interface RowProps {
  readonly list: AccessList;
  readonly token: OfficeTokenBody;
}

function Row({ list, token }: RowProps): JSX.Element {
  const { kind, holder, officer, fingerprint: digits } = token;
  const name = officer?.name ?? holder;
  async function revoke(): Promise<void> {
    const title = t().revokeOf({ name, digits });
    const question = { title, text: t().revoking, action: t().revoke, danger: true };
    if (await confirmAction(question)) await list.revoke(digits);
  }
  return (
    <li>
      <p>
        <strong>{name}</strong> {t()[kind]} {officer?.place}{" "}
        {officer !== null && <span class="code">{holder}</span>}
      </p>
      <p>
        {t().issued({ time: date(token.issued_at) })} ·{" "}
        {t().expires({ time: date(token.expires_at) })} ·{" "}
        <span class="code">{t().fingerprint({ digits })}</span>
      </p>
      <button
        type="button"
        disabled={list.attempts.busy.value}
        aria-label={t().revokeOf({ name, digits })}
        onClick={() => void revoke()}
      >
        {t().revoke}
      </button>
    </li>
  );
}

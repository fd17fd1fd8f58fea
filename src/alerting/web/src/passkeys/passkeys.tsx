/** The officer's passkeys; adding and removing them needs a fresh session. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { PasskeyBody, PasskeysBody } from "../api";
import { get, Refusal, remove } from "../client";
import { confirmAction } from "../confirm_dialog";
import { dayAndTime, texts } from "../language";
import { statusOf, type Session } from "../session";
import { Failure, Shell } from "../shell";
import { Recovery } from "./recovery";
import { addPasskey, gaveUp, hasPasskeys, isRegistered } from "../webauthn";
import "./passkeys.css";

const t = texts("passkeys.page");
const CONFLICT = 409;

export function Passkeys({ session }: { session: Session }): JSX.Element {
  const found = useSignal<PasskeysBody | null>(null);
  const failure = useSignal<unknown>(null);

  /** Do something and read the list again. */
  async function then(act: () => Promise<void>): Promise<void> {
    failure.value = null;
    try {
      await act();
      found.value = await get("/api/passkeys");
    } catch (error) {
      if (isRegistered(error)) failure.value = new Refusal(CONFLICT, t().already, []);
      else if (!gaveUp(error)) failure.value = error;
    }
  }

  useEffect(() => void then(async () => undefined), []);
  return (
    <Shell title={t().title} me={session.me} status={statusOf(session)}>
      <div class="passkeys">
        <p>{t().explain}</p>
        <Failure error={failure.value} />
        {found.value && <Own found={found.value} then={then} />}
        {found.value?.may_change && session.me.role === "administrator" && <Recovery />}
      </div>
    </Shell>
  );
}

/** Return the address of sign-in that leads back to this page, for the same officer. */
function again(): string {
  return `/sign-in?${new URLSearchParams({ next: location.pathname + location.search })}`;
}

interface OwnProps {
  readonly found: PasskeysBody;
  readonly then: (act: () => Promise<void>) => Promise<void>;
}

function Own({ found, then }: OwnProps): JSX.Element {
  async function drop({ id, name }: PasskeyBody): Promise<void> {
    const question = { title: t().remove, text: t().removing({ name }), action: t().remove };
    if (!(await confirmAction({ ...question, danger: true }))) return;
    await then(() => remove("/api/passkeys/{passkey_id}", { path: { passkey_id: id } }));
  }
  return (
    <>
      {found.passkeys.length === 0 && <p role="status">{t().none}</p>}
      <ul class="keys">
        {found.passkeys.map((each) => (
          <li key={each.id}>
            <strong>{each.name}</strong>
            <span>{t().added({ time: dayAndTime(each.added_at) })}</span>
            <span>{each.used_at ? t().used({ time: dayAndTime(each.used_at) }) : t().unused}</span>
            {found.may_change && (
              <button type="button" onClick={() => void drop(each)}>
                {t().remove}
              </button>
            )}
          </li>
        ))}
      </ul>
      {!found.may_change && (
        <p class="again">
          {t().old} <a href={again()}>{t().again}</a>
        </p>
      )}
      {found.may_change && (hasPasskeys() ? <Add then={then} /> : <p>{t().unable}</p>)}
    </>
  );
}

function Add({ then }: Pick<OwnProps, "then">): JSX.Element {
  const name = useSignal("");
  const busy = useSignal(false);

  async function add(event: Event): Promise<void> {
    event.preventDefault();
    busy.value = true;
    await then(async () => {
      await addPasskey(name.value.trim());
      name.value = "";
    });
    busy.value = false;
  }

  return (
    <form onSubmit={add}>
      <label for="name">{t().name}</label>
      <input
        id="name"
        required
        maxLength={80}
        autoComplete="off"
        aria-describedby="name-hint"
        value={name.value}
        onInput={(event) => (name.value = event.currentTarget.value)}
      />
      <p id="name-hint" class="hint">
        {t().nameHint}
      </p>
      <button type="submit" class="primary" disabled={busy.value}>
        {t().add}
      </button>
    </form>
  );
}

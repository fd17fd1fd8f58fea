/** The request for a sign-in link; there are no passwords. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { post } from "../client";
import { texts } from "../language";
import { Failure, Shell } from "../shell";
import { gaveUp, hasPasskeys, signInByPasskey } from "../webauthn";
import { ByCode } from "./by_code";
import { next } from "./next";
import { toldBy } from "./refused";
import { named } from "./who";
import "./sign_in.css";

const t = texts("sign-in.page");

export function SignIn(): JSX.Element {
  const who = useSignal("");
  /** The code that opens the link in another browser; empty until the link is sent. */
  const code = useSignal("");
  const failure = useSignal<unknown>(null);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    failure.value = null;
    try {
      const body = { ...named(who.value), path: next() };
      code.value = (await post("/api/sign-in", { body })).code;
    } catch (error) {
      failure.value = error;
    }
  }

  return (
    <Shell title={t().title}>
      <form class="sign-in" onSubmit={send}>
        {ended() && (
          <p class="ended" role="status">
            {t().ended}
          </p>
        )}
        <p>{t().explain}</p>
        <label for="who">{t().label}</label>
        <input
          id="who"
          required
          autoComplete="username"
          autoCapitalize="off"
          value={who.value}
          onInput={(event) => (who.value = event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          {t().send}
        </button>
        <div role="status">
          {code.value && (
            <>
              <p>
                <strong>{t().sent}</strong>
              </p>
              <p>{t().elsewhere}</p>
              <p class="code">{code.value}</p>
              <p>{t().again}</p>
            </>
          )}
        </div>
        <Failure error={failure.value} />
      </form>
      {hasPasskeys() && <ByPasskey />}
      <ByCode />
    </Shell>
  );
}

/** Sign-in by passkey, which needs no text message. */
function ByPasskey(): JSX.Element {
  const failure = useSignal<unknown>(null);

  async function enter(): Promise<void> {
    failure.value = null;
    try {
      await signInByPasskey();
      location.assign(next());
    } catch (error) {
      if (!gaveUp(error)) failure.value = toldBy(error, t().passkeyRefused);
    }
  }

  return (
    <div class="sign-in">
      <p>{t().orPasskey}</p>
      <button type="button" onClick={enter}>
        {t().passkey}
      </button>
      <Failure error={failure.value} />
    </div>
  );
}

/** Return whether the officer came here because a session ended. */
function ended(): boolean {
  return new URLSearchParams(location.search).get("why") === "ended";
}

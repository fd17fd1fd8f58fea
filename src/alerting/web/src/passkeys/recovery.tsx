/** The form in which an administrator makes a one-time code for an officer who is present. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { RecoveryCodeBody } from "../api";
import { post } from "../client";
import { dayAndTime, texts } from "../language";
import { Failure } from "../shell";

const t = texts("passkeys.recovery");
/** Length of half a code, which is shown and typed in two groups. */
const HALF = 5;

export function Recovery(): JSX.Element {
  const officer = useSignal(new URLSearchParams(location.search).get("officer") ?? "");
  const made = useSignal<RecoveryCodeBody | null>(null);
  const failure = useSignal<unknown>(null);

  async function make(event: Event): Promise<void> {
    event.preventDefault();
    failure.value = null;
    made.value = null;
    try {
      made.value = await post("/api/recovery-codes", { body: { officer: officer.value.trim() } });
    } catch (error) {
      failure.value = error;
    }
  }

  return (
    <section aria-labelledby="recovery">
      <h2 id="recovery">{t().title}</h2>
      <p>{t().explain}</p>
      <form onSubmit={make}>
        <label for="officer">{t().officer}</label>
        <input
          id="officer"
          required
          maxLength={100}
          autoComplete="off"
          autoCapitalize="off"
          value={officer.value}
          onInput={(event) => (officer.value = event.currentTarget.value)}
        />
        <button type="submit">{t().make}</button>
      </form>
      <div role="status">
        {made.value && (
          <>
            <p>{t().made({ name: made.value.name, time: dayAndTime(made.value.expires_at) })}</p>
            <p class="code">{`${made.value.code.slice(0, HALF)}-${made.value.code.slice(HALF)}`}</p>
            <p>{made.value.told ? t().told : t().untold}</p>
          </>
        )}
      </div>
      <Failure error={failure.value} />
    </section>
  );
}

/** The first run: creates the first administrator and the home division, and signs this browser in. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { FirstRunBody } from "../api";
import { get, post } from "../client";
import { LANGUAGES } from "../catalogue";
import { language, texts } from "../language";
import { Failure, Shell } from "../shell";
import "./setup.css";

const t = texts("setup.page");
const NEXT = "/admin/start";

export function Setup(): JSX.Element {
  const state = useSignal<FirstRunBody | null>(null);
  const failure = useSignal<unknown>(null);
  useEffect(() => {
    get("/api/setup").then(
      (found) => (state.value = found),
      (error: unknown) => (failure.value = error),
    );
  }, []);
  return (
    <Shell title={t().title}>
      <div class="setup">
        <Failure error={failure.value} />
        {state.value?.is_open === false && (
          <p>
            {t().over} <a href="/sign-in">{t().signIn}</a>
          </p>
        )}
        {state.value?.is_open && <Form needsCode={state.value.needs_code} />}
      </div>
    </Shell>
  );
}

function Form({ needsCode }: { needsCode: boolean }): JSX.Element {
  const code = useSignal("");
  const name = useSignal("");
  const phone = useSignal("");
  const spoken = useSignal(language.peek());
  const division = useSignal("");
  const divisionName = useSignal("");
  const busy = useSignal(false);
  const failure = useSignal<unknown>(null);

  async function found(event: Event): Promise<void> {
    event.preventDefault();
    busy.value = true;
    failure.value = null;
    try {
      await post("/api/setup", {
        body: {
          code: code.value,
          name: name.value.trim(),
          phone: phone.value,
          language: spoken.value,
          division: division.value.trim(),
          division_name: divisionName.value.trim(),
        },
      });
      location.assign(NEXT);
    } catch (error) {
      failure.value = error;
    }
    busy.value = false;
  }

  return (
    <form onSubmit={found}>
      <p>{t().explain}</p>
      {needsCode && <Field id="code" label={t().code} hint={t().codeHint} value={code} />}
      <Field id="name" label={t().name} value={name} />
      <Field id="phone" label={t().phone} hint={t().phoneHint} value={phone} keyboard="tel" />
      <label for="spoken">{t().language}</label>
      <select
        id="spoken"
        value={spoken.value}
        onChange={(event) => (spoken.value = event.currentTarget.value)}
      >
        {[...LANGUAGES].map(([each, { name: its, locale }]) => (
          <option key={each} value={each} lang={locale}>
            {its}
          </option>
        ))}
      </select>
      <Field
        id="division"
        label={t().division}
        hint={t().divisionHint}
        value={division}
        keyboard="numeric"
      />
      <Field id="division-name" label={t().divisionName} value={divisionName} />
      <Failure error={failure.value} />
      <button type="submit" class="primary" disabled={busy.value}>
        {t().begin}
      </button>
    </form>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: Signal<string>;
  readonly keyboard?: "tel" | "numeric";
}

function Field({ id, label, hint, value, keyboard }: FieldProps): JSX.Element {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        required
        autoComplete="off"
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
        {...(keyboard && { inputMode: keyboard })}
        {...(hint && { "aria-describedby": `${id}-hint` })}
      />
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </>
  );
}

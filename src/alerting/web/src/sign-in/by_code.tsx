/** Sign-in with the code that an administrator gave in person. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { post } from "../client";
import { texts } from "../language";
import { Failure } from "../shell";
import { toldBy } from "./refused";
import { named } from "./who";

const t = texts("sign-in.page");
/** The page shown next: the code removed the old passkeys, so the officer adds a new one. */
const NEXT = "/passkeys";

export function ByCode(): JSX.Element {
  const officer = useSignal("");
  const code = useSignal("");
  const failure = useSignal<unknown>(null);

  async function enter(event: Event): Promise<void> {
    event.preventDefault();
    failure.value = null;
    try {
      const body = { ...named(officer.value), code: code.value };
      await post("/api/sign-in/recovery", { body });
      location.assign(NEXT);
    } catch (error) {
      failure.value = toldBy(error, t().codeRefused);
    }
  }

  return (
    <details class="sign-in">
      <summary>{t().haveCode}</summary>
      <form onSubmit={enter}>
        <p>{t().codeEnds}</p>
        <Field id="code-of" label={t().codeOf} value={officer} />
        <Field id="code" label={t().code} value={code} />
        <button type="submit">{t().useCode}</button>
        <Failure error={failure.value} />
      </form>
    </details>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: Signal<string>;
}

function Field({ id, label, value }: FieldProps): JSX.Element {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        required
        autoComplete="off"
        autoCapitalize="off"
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
    </>
  );
}

/** The issuer named in the texts of the caller's division: a name and a signature by language. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { IssuerBody } from "../../api";
import { LANGUAGES } from "../../catalogue";
import { get, put } from "../../client";
import { texts } from "../../language";
import { Failure } from "../../shell";
import { useAttempts } from "../attempts";

const t = texts("office.issuer");

type Words = Readonly<Record<string, string>>;

/** The form; `saved` is called after the issuer was changed. */
export function IssuerForm({ saved }: { saved?: () => void }): JSX.Element {
  const found = useSignal<IssuerBody | null>(null);
  const names = useSignal<Words>({});
  const signatures = useSignal<Words>({});
  const isSaved = useSignal(false);
  const attempts = useAttempts();
  async function look(): Promise<void> {
    const issuer = await get("/api/office/issuer");
    names.value = issuer.names;
    signatures.value = issuer.signatures;
    found.value = issuer;
  }
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const version = found.value?.version ?? 0;
    isSaved.value = await attempts.run(async () => {
      const body = { names: names.value, signatures: signatures.value, version };
      await put("/api/office/issuer", { body });
      await look();
    });
    if (isSaved.value) saved?.();
  }
  useEffect(() => void attempts.run(look), []);
  return (
    <form class="edit" onSubmit={(event) => void save(event)}>
      <p class="hint">{t().explain}</p>
      <p class="hint" id="issuer-signature-hint">
        {t().signatureHint}
      </p>
      {found.value?.languages.map((code) => (
        <Language key={code} code={code} names={names} signatures={signatures} />
      ))}
      <button type="submit" disabled={attempts.busy.value || found.value === null}>
        {t().save}
      </button>
      <p role="status">{isSaved.value && t().saved}</p>
      <Failure error={attempts.failure.value} />
    </form>
  );
}

interface LanguageProps {
  readonly code: string;
  readonly names: Signal<Words>;
  readonly signatures: Signal<Words>;
}

function Language({ code, names, signatures }: LanguageProps): JSX.Element {
  const language = LANGUAGES.get(code)?.name ?? code;
  const of = `issuer-name-${code}`;
  const signed = `issuer-signature-${code}`;
  return (
    <>
      <label for={of}>{t().name({ language })}</label>
      <input
        id={of}
        maxLength={40}
        value={names.value[code] ?? ""}
        onInput={(event) => (names.value = { ...names.value, [code]: event.currentTarget.value })}
      />
      <label for={signed}>{t().signature({ language })}</label>
      <input
        id={signed}
        maxLength={20}
        aria-describedby="issuer-signature-hint"
        value={signatures.value[code] ?? ""}
        onInput={(event) =>
          (signatures.value = { ...signatures.value, [code]: event.currentTarget.value })
        }
      />
    </>
  );
}

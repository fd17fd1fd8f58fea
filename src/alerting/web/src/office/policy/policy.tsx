/** The policy in force: its ladders, every value with its meaning, and the check of a new file. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { PolicyBody } from "../../api";
import { get } from "../../client";
import { texts } from "../../language";
import { Failure } from "../../shell";
import { IssuerForm } from "./issuer";
import { Ladders } from "./ladders";
import { TryPolicy } from "./try_policy";

const t = texts("office.policy");
const issuer = texts("office.issuer");
const meanings = texts("office.meanings");

export function PolicyPage(): JSX.Element {
  const policy = useSignal<PolicyBody | null>(null);
  const failure = useSignal<unknown>(null);
  async function look(): Promise<void> {
    try {
      policy.value = await get("/api/office/policy");
    } catch (error) {
      failure.value = error;
    }
  }
  useEffect(() => void look(), []);
  return (
    <>
      <p class="hint">{t().explain}</p>
      <Failure error={failure.value} />
      {policy.value && (
        <>
          <h2>{issuer().title}</h2>
          <IssuerForm saved={() => void look()} />
          <h2>{t().ladder}</h2>
          <Ladders ladders={policy.value.ladders} />
          <h2>{t().values}</h2>
          <dl class="values">
            {policy.value.values.map(({ key, value, is_default: isDefault }) => (
              <div key={key}>
                <dt>
                  {meaning(key)} <code>{key}</code>
                </dt>
                <dd>
                  <strong>{value || "–"}</strong> {isDefault ? t().default : t().own}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <TryPolicy />
    </>
  );
}

/** Return the meaning of a key; for a name in one language, that of the table. */
function meaning(key: string): string {
  const words: Readonly<Record<string, string>> = meanings();
  for (let part = key; part !== ""; part = part.slice(0, Math.max(0, part.lastIndexOf(".")))) {
    const word = words[part];
    if (word !== undefined) return word;
  }
  return "";
}

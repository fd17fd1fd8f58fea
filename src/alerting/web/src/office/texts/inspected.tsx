/** The texts of one place, each with its length, template and warnings. */

import type { JSX } from "preact";
import type { InspectedTextBody, InspectionBody, TextDoubtBody } from "../../api";
import { list, texts } from "../../language";

const t = texts("office.texts");
const kinds = texts("office.text_kinds");

export function Inspected({ found }: { found: InspectionBody }): JSX.Element {
  const { issuer, action, assembly_point: point } = found;
  return (
    <section aria-live="polite">
      <p>
        {issuer && <>{t().issuer({ name: issuer })} · </>}
        {t().action({ action })} · {t().goes({ point })}
      </p>
      {found.doubts.map((doubt) => (
        <p key={doubt.code} class="lack">
          ⚠ {inWords(doubt)}
        </p>
      ))}
      <ul class="rows">
        {found.texts.map((text) => (
          <Row key={text.kind} text={text} />
        ))}
      </ul>
    </section>
  );
}

function inWords({ code, examples }: TextDoubtBody): string {
  const words = t()[code];
  return typeof words === "string" ? words : words({ words: list(examples) });
}

function Row({ text }: { text: InspectedTextBody }): JSX.Element {
  const { kind, body, template, encoding, units, segments: count } = text;
  return (
    <li>
      <p>
        <strong>{kinds()[kind]}</strong>{" "}
        <span class="code">{t().length({ encoding, units: String(units), count })}</span>
      </p>
      <p class="text-body">{body}</p>
      <details>
        <summary>{t().template}</summary>
        <code>{template}</code>
      </details>
    </li>
  );
}

/** The texts as they will appear on a phone, in each language of the households. */

import type { JSX } from "preact";
import type { PreviewBody, SettingsBody } from "../api";
import { t } from "./words";

export function Bubbles({
  settings,
  preview,
}: {
  settings: SettingsBody;
  preview: PreviewBody;
}): JSX.Element {
  return (
    <section class="phone" aria-labelledby="arrives">
      <h3 id="arrives">{t().arrives}</h3>
      {Object.entries(preview.texts).map(([code, text]) => (
        <figure key={code}>
          <figcaption>
            {settings.languages[code] ?? code} ·{" "}
            {t().copies({
              copies: preview.languages[code] ?? 0,
              segments: preview.segments_each[code] ?? 0,
            })}
          </figcaption>
          <p class="bubble" lang={code}>
            {text}
          </p>
        </figure>
      ))}
    </section>
  );
}

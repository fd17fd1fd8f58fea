/** The texts, calls and household pages that people will get, folded by language. */

import type { JSX } from "preact";
import type { AlertRequest, PreviewBody, SettingsBody } from "../api";
import { number } from "../language";
import type { Shown } from "./raising";
import { c } from "./words";

type Variant = PreviewBody["variants"][number];

interface Props {
  readonly settings: SettingsBody;
  readonly shown: Shown;
}

export function Variants({ settings, shown: { request, preview } }: Props): JSX.Element {
  return (
    <section class="phone" aria-labelledby="arrives">
      <h3 id="arrives">{c().arrives}</h3>
      {preview.variants.map((variant, at) => (
        <details key={variant.language} open={at === 0}>
          <summary>
            {c().variant({
              language: settings.languages[variant.language] ?? variant.language,
              place: variant.place || c().officersOnly,
            })}{" "}
            <small>{c().copies({ count: preview.languages[variant.language] ?? 0 })}</small>
          </summary>
          {variant.texts.map((text) => (
            <Text key={text.kind} text={text} language={variant.language} preview={preview} />
          ))}
          {variant.division !== "" && <HouseholdsPage request={request} variant={variant} />}
        </details>
      ))}
    </section>
  );
}

function Text({
  text,
  language,
  preview,
}: {
  text: Variant["texts"][number];
  language: string;
  preview: PreviewBody;
}): JSX.Element {
  const cost = `${number(text.cost)} ${preview.currency}`;
  return (
    <figure>
      <figcaption>
        {c()[`kind_${text.kind}`]}
        {text.segments > 0 && <> · {c().length({ segments: text.segments, cost })}</>}
      </figcaption>
      <p class="bubble" lang={language}>
        {text.body}
      </p>
    </figure>
  );
}

/** A form that opens the household's page in a new tab, because the page answers a POST. */
function HouseholdsPage({
  request,
  variant,
}: {
  request: AlertRequest;
  variant: Variant;
}): JSX.Element {
  return (
    <form method="post" action="/api/alerts/preview/page" target="_blank">
      <input type="hidden" name="request" value={JSON.stringify(request)} />
      <input type="hidden" name="language" value={variant.language} />
      <input type="hidden" name="division" value={variant.division} />
      <button>{c().openPage}</button>
    </form>
  );
}

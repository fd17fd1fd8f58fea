/** The fallback without a network: the ready-made SMS, or the reason why there is none. */

import type { JSX } from "preact";
import { list } from "../language";
import { readyText, within } from "./by_text";
import { hazardsOf } from "./hazards";
import type { Raising } from "./raising";
import { t } from "./words";

interface Props {
  readonly raising: Raising;
}

/** The text, and how to send it. */
export function ReadyMadeText({ raising }: Props): JSX.Element {
  const ready = readyFor(raising);
  const words = hazardsOf(raising.session.settings).map(({ event }) => event);
  return (
    <section class="by-text" aria-labelledby="by-text">
      <h2 id="by-text">{t().offline}</h2>
      {typeof ready === "string" ? (
        <p>{ready === "other_hazard" ? t().other_hazard({ words: list(words) }) : t()[ready]}</p>
      ) : (
        <>
          <p>
            {t().offlineHow} {t().offlineTo({ number: ready.number })}
          </p>
          {within(raising.drafting.draft.value.form).length > 0 && <p>{t().wholeVillage}</p>}
          <p class="bubble">{ready.body}</p>
        </>
      )}
    </section>
  );
}

/** A link that opens the phone's messages with the text, among the next steps. */
export function OpenText({ raising }: Props): JSX.Element | null {
  const ready = readyFor(raising);
  if (typeof ready === "string") return null;
  return (
    <a class="button primary open-text" href={ready.address} onClick={() => raising.text()}>
      {t().openText}
    </a>
  );
}

function readyFor({ session, drafting }: Raising): ReturnType<typeof readyText> {
  return readyText(drafting.draft.value.form, session.me, session.settings);
}

/** Log events in words; the name of an unknown kind from a newer service is shown unchanged. */

import type { FeedEventBody } from "../../api";
import { texts } from "../../language";
import type { Texts } from "../../texts";
import type { EventKind, PayloadOf } from "../event_kinds";

type Words = Texts["board.events"];
type Plain = { [K in keyof Words]: Words[K] extends string ? K : never }[keyof Words];
/** Functions that choose words for kinds with several texts, or fill in placeholders. */
type Fillers = {
  readonly [K in Exclude<EventKind, Plain>]: (payload: PayloadOf<K>, words: Words) => string;
} & {
  readonly [K in EventKind & Plain]?: (payload: PayloadOf<K>, words: Words) => string;
};

/** The reason of the service for a picture; mirrors `alerting.replies.rules.intents`. */
const PICTURE = "a picture without words";

const t = texts("board.events");

const FILLERS: Fillers = {
  "alert.cancelled": ({ reason }, words) => words["alert.cancelled"]({ reason }),
  "households.reminded": ({ sms, voice }, words) =>
    voice
      ? words["households.called"]({ count: voice })
      : words["households.texted"]({ count: sms }),
  "household.asked": ({ channel }, words) =>
    channel === "voice" ? words["household.called"] : words["household.texted"],
  "neighbour.asked": ({ households }, words) =>
    words["neighbour.asked"]({ count: households.length }),
  "text.unclear": ({ reason }, words) =>
    reason === PICTURE ? words["text.picture"] : words["text.unclear"],
  "village.dark": ({ together }, words) =>
    together ? words["villages.dark"] : words["village.dark"],
  "groups.told": ({ groups }, words) => words["groups.told"]({ count: groups.length }),
  "provider.up": ({ provider }, words) => words["provider.up"]({ provider }),
  "provider.slow": ({ provider }, words) => words["provider.slow"]({ provider }),
  "provider.down": ({ provider }, words) => words["provider.down"]({ provider }),
};

/** Return the words for an event. */
export function saidOf({ kind, payload }: FeedEventBody): string {
  const words = t();
  if (Object.hasOwn(FILLERS, kind)) {
    const fill = FILLERS[kind as keyof Fillers] as (payload: unknown, words: Words) => string;
    return fill(payload, words);
  }
  return Object.hasOwn(words, kind) ? words[kind as Plain] : kind;
}

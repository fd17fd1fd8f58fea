/** The details of security events in words: the service writes codes, commands write English. */

import { texts } from "../language";

const t = texts("security.details");

export interface Detail {
  readonly words: string;
  /** The language of the words, if it is not the page's. */
  readonly lang?: string;
}

/** Return a detail in the reader's language if it is a known code, else unchanged. */
export function detailOf(detail: string): Detail {
  const [first = "", second, ...rest] = detail.split(" ");
  if (/^\d{3}$/.test(detail)) return { words: t().status({ code: detail }) };
  if (second === undefined && isPlain(first)) return { words: t()[first] };
  if (second !== undefined && rest.length === 0) {
    if (first === "log" || first === "report") return { words: t()[first]({ alert: second }) };
    if (first === "recovery") return { words: t().recovery_by({ officer: second }) };
    if (first === "by") return { words: t().by({ officer: second }) };
  }
  return { words: detail, lang: "en" };
}

const PLAIN = [
  "link",
  "passkey",
  "recovery",
  "again",
  "wrong_code",
  "needs_code",
  "needs_passkey",
  "queued",
  "too_soon",
  "unknown",
  "more",
  "guessed",
  "alerts_by_text",
  "households_by_text",
] as const;

function isPlain(word: string): word is (typeof PLAIN)[number] {
  return (PLAIN as readonly string[]).includes(word);
}

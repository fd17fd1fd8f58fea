/** Refusals in the reader's language. */

import { Refusal } from "../client";

/** Return a refusal with the words of its reasons; any other error is returned unchanged. */
export function worded(error: unknown, words: Readonly<Record<string, unknown>>): unknown {
  if (!(error instanceof Refusal)) return error;
  const said = error.reasons
    .map((reason) => words[reason])
    .filter((one) => typeof one === "string");
  return said.length ? new Refusal(error.status, said.join(" "), []) : error;
}

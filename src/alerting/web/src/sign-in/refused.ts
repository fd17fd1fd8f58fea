/** Refused sign-ins in the page's own words, because the service's words speak of roles. */

import { Refusal } from "../client";

/** Return the error to show: these words in place of a refusal, any other as it is. */
export function toldBy(error: unknown, words: string): unknown {
  const isRefused = error instanceof Refusal && error.code === "forbidden";
  return isRefused ? new Refusal(error.status, words, []) : error;
}

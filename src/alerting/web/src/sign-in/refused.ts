/** Refused sign-ins in the page's own words, because the service's words are about roles. */

import { Refusal } from "../client";

/** Return the error to show: a refusal with these words, any other error unchanged. */
export function toldBy(error: unknown, words: string): unknown {
  const isRefused = error instanceof Refusal && error.code === "forbidden";
  return isRefused ? new Refusal(error.status, words, []) : error;
}

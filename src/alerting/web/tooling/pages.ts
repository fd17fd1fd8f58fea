/** The pages to build, each from the HTML file of its name. */
export const PAGES = [
  "alerts",
  "away",
  "board",
  "doors",
  "office",
  "passkeys",
  "raise",
  "reference",
  "security",
  "setup",
  "sign-in",
] as const;

/** A slow machine is no fault of the pages: builds say nothing of how long their parts took. */
export const QUIET_CHECKS = { bundlerTimings: false };

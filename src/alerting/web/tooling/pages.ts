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

/** Turns off the bundler's warnings about slow steps, which only mean that the machine is slow. */
export const QUIET_CHECKS = { bundlerTimings: false };

/** Where a device stores the session that lets pages open without a network. */

/** Key of the stored session in localStorage. */
export const KEPT = "session";

/** Where a device keeps the session with which its pages open without a network. */

/** Key of the stored session in localStorage. */
export const KEPT = "session";

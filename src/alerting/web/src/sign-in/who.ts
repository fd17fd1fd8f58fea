/** The officer that somebody typed into a sign-in form. */

/** Return the input as an officer's id unless it can only be a phone number. */
export function named(typed: string): { phone: string } | { officer: string } {
  const who = typed.trim();
  return /^\+?[\d\s()-]{5,}$/.test(who) ? { phone: who } : { officer: who };
}

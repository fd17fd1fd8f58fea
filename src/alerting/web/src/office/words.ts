/** Texts that several parts of the office share. */

import { texts } from "../language";
import { whyVulnerable } from "../vulnerable";

export const t = texts("office.page");
export const fields = texts("office.fields");

const roles = texts("office.roles");
const exercises = texts("office.exercises");

/** Return a field's name in the reader's language; the field itself if it has none. */
export function fieldName(field: string): string {
  const names: Readonly<Record<string, string>> = fields();
  return names[field] ?? field;
}

/** Return a field's value as readers know it: a role, a size or a need by its name. */
export function valueName(field: string, value: string): string {
  if (field === "vulnerable") return whyVulnerable(value);
  const named: Readonly<Record<string, object>> = { role: roles(), size: exercises() };
  const names = (named[field] ?? {}) as Readonly<Record<string, string>>;
  return names[value] ?? value;
}

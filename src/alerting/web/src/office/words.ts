/** Texts that several parts of the office share. */

import { texts } from "../language";

export const t = texts("office.page");
export const fields = texts("office.fields");

/** Return a field's name in the reader's language; the field itself if it has none. */
export function fieldName(field: string): string {
  const names: Readonly<Record<string, string>> = fields();
  return names[field] ?? field;
}

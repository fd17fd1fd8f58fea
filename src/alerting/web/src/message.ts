/**
 * Messages with placeholders and plural forms: the part of ICU's syntax that the texts need.
 *
 * A library for the whole syntax would be larger than the texts that most pages load.
 */

type Values = Readonly<Record<string, string | number | undefined>>;
type Text = string | ((values: Values) => string);

/** `{name}`, or ICU's `{count, plural, one {# household} other {# households}}`. */
export const PLACEHOLDER = /\{(\w+)(?:, plural,((?: \w+ \{[^{}]*\})+))?\}/g;
const FORM = /(\w+) \{([^{}]*)\}/g;

/** Return a message as its text, or as the function that fills its placeholders. */
export function read(message: string, locale: string): Text {
  if (!message.includes("{")) return message;
  return (values) =>
    message.replace(PLACEHOLDER, (_, name: string, forms?: string) => {
      const value = values[name] ?? "";
      const shown = typeof value === "number" ? numberIn(locale, value) : value;
      return forms ? formFor(Number(value), forms, locale).replaceAll("#", shown) : shown;
    });
}

/** Format a number by a locale: 2292 -> 2,292. */
export function numberIn(locale: string, value: number): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** Return the plural form for a number; `other` if the text does not have the number's form. */
function formFor(value: number, forms: string, locale: string): string {
  const byCategory = new Map(
    [...forms.matchAll(FORM)].map(([, category, form]) => [category, form]),
  );
  const chosen = new Intl.PluralRules(locale).select(value);
  return byCategory.get(chosen) ?? byCategory.get("other") ?? "";
}

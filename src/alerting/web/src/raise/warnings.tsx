/** The warnings of the preview, each with its remedy. */

import type { JSX } from "preact";
import type { PreviewBody, SettingsBody } from "../api";
import { list } from "../language";
import { c } from "./words";

type Warning = PreviewBody["warnings"][number];

interface Props {
  readonly settings: SettingsBody;
  readonly preview: PreviewBody;
}

export function Warnings({ settings, preview }: Props): JSX.Element | null {
  const { held_back: held, warnings } = preview;
  if (held === null && warnings.length === 0) return null;
  return (
    <section class="warnings" aria-labelledby="warnings">
      <h3 id="warnings">{c().warnings}</h3>
      <ul>
        {held !== null && (
          <li>{c()[held.reason]({ count: held.numbers.length, names: list(held.numbers) })}</li>
        )}
        {warnings.map((warning) => (
          <li key={`${warning.code} ${warning.language ?? ""}`}>{told(warning, settings)}</li>
        ))}
      </ul>
    </section>
  );
}

function told({ code, language: of, count, examples }: Warning, settings: SettingsBody): string {
  const named = (each: string): string => settings.languages[each] ?? each;
  const language = named(of ?? "");
  const more = count - examples.length;
  const shown = list(more > 0 ? [...examples, c().more({ count: more })] : examples);
  switch (code) {
    case "generic_assembly_point":
      return c().generic_assembly_point({ count, names: shown });
    case "untranslated":
    case "foreign_words":
      return c()[code]({ language, words: shown });
    case "no_language_file":
      return c().no_language_file({ count, language, home: named(settings.home_language) });
    default:
      return c()[code]({ language, count });
  }
}

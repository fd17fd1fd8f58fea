/** The choice of the language of somebody's texts. */

import type { JSX } from "preact";
import { LANGUAGES } from "../catalogue";

interface Props {
  readonly id: string;
  readonly label: string;
  /** The code of a language; empty for no language. */
  readonly chosen: string;
  /** The label of the choice 'no language'; if omitted, there is no such choice. */
  readonly none?: string;
  readonly choose: (code: string) => void;
}

export function LanguageChoice({ id, label, chosen, none, choose }: Props): JSX.Element {
  return (
    <>
      <label for={id}>{label}</label>
      <select id={id} value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {[...LANGUAGES].map(([code, { name, locale }]) => (
          <option key={code} value={code} lang={locale}>
            {name}
          </option>
        ))}
        {chosen !== "" && !LANGUAGES.has(chosen) && <option>{chosen}</option>}
      </select>
    </>
  );
}

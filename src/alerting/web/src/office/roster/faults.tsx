/** The problems of a file: the place, the problem, and the remedy. */

import type { JSX } from "preact";
import type { FaultBody } from "../../api";
import { language, list, number, texts } from "../../language";

const t = texts("office.faults");

interface Props {
  readonly faults: readonly FaultBody[];
  /** Returns the place of a fault in words; if omitted, its row and sheet. */
  readonly at?: (fault: FaultBody) => string;
}

export function Faults({ faults, at = rowOf }: Props): JSX.Element {
  return (
    <section aria-labelledby="faults">
      <h2 id="faults">{t().title({ count: faults.length })}</h2>
      <p>{t().explain}</p>
      <div class="scrolled" tabIndex={0} role="group" aria-labelledby="faults">
        <table>
          <thead>
            <tr>
              <th scope="col">{t().place}</th>
              <th scope="col">{t().column}</th>
              <th scope="col">{t().what}</th>
            </tr>
          </thead>
          <tbody>
            {faults.map((fault, index) => (
              <tr key={index}>
                <td>{at(fault)}</td>
                <td>{fault.column}</td>
                <td {...(language.value !== "zh" && { lang: "en" })}>{inWords(fault)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function rowOf({ sheet, line, count, also }: FaultBody): string {
  const at = t().at({ sheet, line: number(line) });
  const more = count - 1 - also.length;
  const lines = [...also.map(number), ...(more ? [t().more({ count: more })] : [])];
  return lines.length ? t().at_several({ at, lines: list(lines) }) : at;
}

/** Return the message in Chinese for readers of Chinese, else in English. */
export function inWords({ message, chinese }: { message: string; chinese: string }): string {
  return language.value === "zh" ? chinese : message;
}

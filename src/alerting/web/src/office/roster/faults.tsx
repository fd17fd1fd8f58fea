/** What is wrong with a file: where, what, and what to do. */

import type { JSX } from "preact";
import type { FaultBody } from "../../api";
import { language, number, texts } from "../../language";

const t = texts("office.faults");

export function Faults({ faults }: { faults: readonly FaultBody[] }): JSX.Element {
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
            {faults.map((fault, at) => (
              <tr key={at}>
                <td>{t().at({ sheet: fault.sheet, line: number(fault.line) })}</td>
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

/** Return what is wrong in Chinese for readers of Chinese, else in English. */
export function inWords({ message, chinese }: { message: string; chinese: string }): string {
  return language.value === "zh" ? chinese : message;
}

/** People and households by standing, each with its word, shape and colour. */

import type { JSX } from "preact";
import { number, share, texts } from "../language";
import { Bar, StandingBadge, STANDINGS } from "../standing";
import { Collapsible } from "./collapsible";
import { accounted, peopleByStanding, type Counts } from "./counts";

const t = texts("board.standings");

export function Standings({ counts }: { counts: Counts }): JSX.Element {
  const { people, households } = counts;
  const known = accounted(counts);
  return (
    <Collapsible name={t().title} class="standings">
      <Bar people={peopleByStanding(counts)} />
      <table>
        <thead>
          <tr>
            <th scope="col">{t().standing}</th>
            <th scope="col">{t().people}</th>
            <th scope="col">{t().households}</th>
          </tr>
        </thead>
        <tbody>
          {STANDINGS.map((standing) => (
            <tr key={standing}>
              <th scope="row">
                <StandingBadge of={standing} />
              </th>
              <td>{standing === "partly" ? t().none : number(people[standing] ?? 0)}</td>
              <td>{number(households[standing] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {known > 0 && (
        <p class="why">{t().verified({ part: share((people["verified"] ?? 0) / known) })}</p>
      )}
    </Collapsible>
  );
}

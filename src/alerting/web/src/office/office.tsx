/** The administrators' pages: one frame around the page that the address selects. */

import type { JSX } from "preact";
import type { Role } from "../api";
import { statusOf, type Session } from "../session";
import { Shell } from "../shell";
import { AccessPage } from "./access/access";
import { DivisionsPage } from "./divisions/divisions";
import { DutyPage } from "./duty/duty";
import { ExercisesPage } from "./exercises/exercises";
import { HouseholdsPage } from "./households/households";
import { Log } from "./log";
import "./office.css";
import { OfficersPage } from "./officers/officers";
import { PolicyPage } from "./policy/policy";
import { ProvidersPage } from "./providers/providers";
import { PointsPage } from "./points/points";
import { ReadinessPage } from "./readiness/readiness";
import { RosterPage } from "./roster/roster";
import { TextsPage } from "./texts/texts";
import { Start } from "./start";
import { t } from "./words";

interface Page {
  readonly path: string;
  readonly name: () => string;
  readonly show: (session: Session) => JSX.Element;
  /** The roles that may open the page; if omitted, administrators. */
  readonly roles?: ReadonlySet<Role>;
}

const ADMINISTRATORS: ReadonlySet<Role> = new Set<Role>(["administrator"]);
const LEADS: ReadonlySet<Role> = new Set<Role>(["administrator", "duty_officer", "town_commander"]);
/** All roles that may raise alerts, and so hold exercises. */
const EVERYBODY: ReadonlySet<Role> = new Set<Role>([...LEADS, "grid_officer", "informant"]);

const PAGES: readonly Page[] = [
  { path: "/admin/start", name: () => t().start, show: (s) => <Start me={s.me} /> },
  { path: "/admin/roster", name: () => t().roster, show: (s) => <RosterPage me={s.me} /> },
  {
    path: "/admin/divisions",
    name: () => t().divisions,
    show: (s) => <DivisionsPage me={s.me} />,
  },
  {
    path: "/admin/households",
    name: () => t().households,
    show: (s) => <HouseholdsPage me={s.me} />,
  },
  { path: "/admin/officers", name: () => t().officers, show: (s) => <OfficersPage me={s.me} /> },
  { path: "/admin/duty", name: () => t().duty, show: (s) => <DutyPage me={s.me} /> },
  { path: "/admin/access", name: () => t().access, show: (s) => <AccessPage me={s.me} /> },
  { path: "/admin/providers", name: () => t().providers, show: () => <ProvidersPage /> },
  { path: "/admin/texts", name: () => t().texts, show: (s) => <TextsPage session={s} /> },
  { path: "/admin/policy", name: () => t().policy, show: () => <PolicyPage /> },
  { path: "/admin/points", name: () => t().points, show: (s) => <PointsPage session={s} /> },
  {
    path: "/admin/exercises",
    name: () => t().exercises,
    show: (s) => <ExercisesPage session={s} />,
    roles: EVERYBODY,
  },
  {
    path: "/admin/readiness",
    name: () => t().readiness,
    show: (s) => <ReadinessPage me={s.me} />,
    roles: LEADS,
  },
  { path: "/admin/log", name: () => t().log, show: () => <Log /> },
];

export function Office({ session }: { session: Session }): JSX.Element {
  const shown = PAGES.find(({ path }) => path === location.pathname) ?? PAGES[0];
  const { role } = session.me;
  const open = PAGES.filter(({ roles }) => (roles ?? ADMINISTRATORS).has(role));
  return (
    <Shell title={shown?.name() ?? t().title} me={session.me} status={statusOf(session)}>
      <div class="office">
        <nav class="pages" aria-label={t().title}>
          {open.map(({ path, name }) => (
            <a key={path} href={path} {...(path === shown?.path && { "aria-current": "page" })}>
              {name()}
            </a>
          ))}
        </nav>
        {shown && open.includes(shown) ? (
          shown.show(session)
        ) : (
          <p class="refused">{shown?.roles ? t().otherRoles : t().administrators}</p>
        )}
      </div>
    </Shell>
  );
}

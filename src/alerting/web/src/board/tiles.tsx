/** Tiles sized by people and coloured by share missing: villages, or one village's households. */

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { FeedTallyBody } from "../api";
import { number, share, texts } from "../language";
import { nameOf, Shape } from "../standing";
import { countsIn, everybody, shareUnaccounted, unaccounted } from "./counts";
import { levelOf, type Level } from "./danger";
import type { Home } from "./homes";
import { squarified } from "./treemap";
import { villagesIn, type Node } from "./tree_nodes";

const t = texts("board.tiles");

const ASPECT = 1.6;
const LEVELS: readonly Level[] = ["call", "most", "some", "few", "none"];
/** One shape per level: a triangle, circles that are filled less and less, and a tick. */
const SHAPES: Record<Level, string> = { call: "▲", most: "●", some: "◕", few: "◔", none: "✓" };

export function VillageTiles({
  top,
  tallies,
  division,
}: {
  top: Node;
  tallies: Readonly<Record<string, FeedTallyBody>>;
  division: Signal<string>;
}): JSX.Element {
  const villages = villagesIn(top).map((node) => ({
    node,
    counts: countsIn(tallies, node.division),
  }));
  const places = squarified(
    villages.map(({ counts }) => everybody(counts)),
    ASPECT,
  );
  return (
    <>
      <div class="tiles">
        {villages.map(({ node, counts }, index) => {
          const level = levelOf(counts);
          const missing = number(unaccounted(counts));
          const part = share(shareUnaccounted(counts));
          const all = number(everybody(counts));
          return (
            <Tile
              key={node.division}
              at={places[index]}
              class={`level-${level}`}
              label={t().village({ name: node.name, missing, all, part, level: t()[level] })}
              onClick={() => (division.value = node.division)}
            >
              <span class="name" aria-hidden="true">
                {node.name}
              </span>
              <strong aria-hidden="true">
                {SHAPES[level]} {missing}
              </strong>
              <span class="of" aria-hidden="true">
                / {all}
              </span>
            </Tile>
          );
        })}
      </div>
      <Legend />
    </>
  );
}

export function HomeTiles({
  homes,
  onHome,
}: {
  homes: readonly Home[];
  onHome: (code: string) => void;
}): JSX.Element {
  const places = squarified(
    homes.map(({ headcount }) => headcount),
    ASPECT,
  );
  return (
    <div class="tiles">
      {homes.map(({ code, standing, known, headcount }, index) => {
        const name = known?.head ?? `${t().unnamed} ${code.slice(-4)}`;
        return (
          <Tile
            key={code}
            at={places[index]}
            class={`is-${standing}`}
            label={t().home({ name, people: headcount, standing: nameOf(standing) })}
            onClick={() => onHome(code)}
          >
            <Shape of={standing} />
            <strong aria-hidden="true">{number(headcount)}</strong>
            <span class="name" aria-hidden="true">
              {name}
            </span>
          </Tile>
        );
      })}
    </div>
  );
}

interface TileProps {
  readonly at: ReturnType<typeof squarified>[number] | undefined;
  readonly class: string;
  readonly label: string;
  readonly onClick: () => void;
  readonly children: JSX.Element[];
}

function Tile({ at, class: level, label, onClick, children }: TileProps): JSX.Element | null {
  if (!at) return null;
  const { left, top, width, height } = at;
  const style = { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` };
  return (
    <div class="tile" style={style}>
      <button type="button" class={level} title={label} onClick={onClick}>
        <span class="hidden">{label}</span>
        {children}
      </button>
    </div>
  );
}

function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-label={t().legend}>
      {LEVELS.map((level) => (
        <li key={level}>
          <span class={`swatch level-${level}`} aria-hidden="true">
            {SHAPES[level]}
          </span>
          {t()[level]}
        </li>
      ))}
      <li>{t().sized}</li>
    </ul>
  );
}

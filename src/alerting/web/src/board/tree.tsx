/** The tree of divisions, each with its people by standing; villages open down to households. */

import { useSignal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { FeedTallyBody } from "../api";
import { number, texts } from "../language";
import { Bar, nameOf, Shape } from "../standing";
import { countsIn, everybody, peopleByStanding, unaccounted, type Counts } from "./counts";
import { isOpen, type Home } from "./homes";
import type { Node } from "./tree_nodes";

const t = texts("board.tree");

interface TreeProps {
  readonly top: Node;
  readonly tallies: Readonly<Record<string, FeedTallyBody>>;
  readonly division: Signal<string>;
  /** Households of the selected division. */
  readonly homes: ReadonlySignal<readonly Home[]>;
  readonly onHome: (code: string) => void;
}

export function Tree(props: TreeProps): JSX.Element {
  return (
    <ul class="tree">
      <Branch {...props} node={props.top} depth={0} />
    </ul>
  );
}

type BranchProps = TreeProps & { readonly node: Node; readonly depth: number };

function Branch({ node, depth, ...props }: BranchProps): JSX.Element {
  const { tallies, division, homes } = props;
  const isLeaf = node.parts.length === 0;
  const isChosen = division.value === node.division;
  // The path down to the selected division starts open.
  const isOpened = useSignal(depth === 0 || division.peek().startsWith(node.division));
  const counts = countsIn(tallies, node.division);

  function choose(): void {
    isOpened.value = isLeaf && isChosen ? !isOpened.value : true;
    division.value = node.division;
  }
  function unfold(): void {
    if (isLeaf && !isChosen) choose();
    else isOpened.value = !isOpened.value;
  }
  const isShown = isOpened.value && (!isLeaf || isChosen);
  return (
    <li>
      <div class={`branch ${isChosen ? "chosen" : ""}`}>
        <button
          type="button"
          class="unfold"
          aria-expanded={isShown}
          aria-label={t().show({ name: node.name })}
          onClick={unfold}
        >
          <span aria-hidden="true">{isShown ? "▾" : "▸"}</span>
        </button>
        <button type="button" class="pick" aria-pressed={isChosen} onClick={choose}>
          <span class="name">{node.name}</span>
          <Missing counts={counts} />
        </button>
        <Bar people={peopleByStanding(counts)} />
      </div>
      {isShown && !isLeaf && (
        <ul>
          {node.parts.map((part) => (
            <Branch key={part.division} {...props} node={part} depth={depth + 1} />
          ))}
        </ul>
      )}
      {isShown && isLeaf && <Homes homes={homes.value} onHome={props.onHome} />}
    </li>
  );
}

function Missing({ counts }: { counts: Counts }): JSX.Element {
  const missing = unaccounted(counts);
  const calls = counts.households["needs_help"] ?? 0;
  return (
    <span class="missing">
      {calls > 0 && (
        <b class="standing is-needs_help">
          <Shape of="needs_help" />
          <span aria-hidden="true">{number(calls)}</span>
          <span class="hidden">{t().calls({ households: calls })}</span>
        </b>
      )}
      {missing > 0 ? (
        <>
          <span aria-hidden="true">
            <b>{number(missing)}</b> / {number(everybody(counts))}
          </span>
          <span class="hidden">{t().missing({ missing, all: everybody(counts) })}</span>
        </>
      ) : (
        <>
          <Shape of="evacuated" /> {t().allIn}
        </>
      )}
    </span>
  );
}

interface HomesProps {
  readonly homes: readonly Home[];
  readonly onHome: (code: string) => void;
}

/** A village's households that somebody must still look for, most danger first. */
function Homes({ homes, onHome }: HomesProps): JSX.Element {
  return (
    <ul class="homes">
      {homes.filter(isOpen).map(({ code, standing, known, headcount }) => (
        <li key={code}>
          <button type="button" class={`home is-${standing}`} onClick={() => onHome(code)}>
            <Shape of={standing} />
            <span class="hidden">{nameOf(standing)}</span>
            <span class="name">{known?.head ?? `${t().unnamed} ${code.slice(-4)}`}</span>
            <span>{number(headcount)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Draws the PNG icons for app stores and home screens from the SVG. */

import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

interface Icon {
  readonly file: string;
  /** Width and height in pixels. */
  readonly size: number;
  /** Side of the drawing as a share of the icon's. */
  readonly part: number;
}

const SOURCE = "icon.svg";
const SIDE = 512;
const ICONS: readonly Icon[] = [
  { file: "icon-192.png", size: 192, part: 1 },
  { file: "icon-512.png", size: 512, part: 1 },
  // Launchers may cut off everything outside a circle of four fifths of the icon's width.
  { file: "icon-maskable-512.png", size: 512, part: 0.8 },
  { file: "apple-touch-icon.png", size: 180, part: 1 },
];

/** Write the icons beside their SVG in this folder. */
export async function drawIcons(folder: string): Promise<void> {
  const svg = await readFile(join(folder, SOURCE), "utf8");
  const wasm = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
  await initWasm(await readFile(wasm));
  await Promise.all(ICONS.map((icon) => writeFile(join(folder, icon.file), drawn(svg, icon))));
}

function drawn(svg: string, { size, part }: Icon): Uint8Array {
  const around = (SIDE / part - SIDE) / 2;
  const box = `viewBox="${-around} ${-around} ${SIDE / part} ${SIDE / part}"`;
  const ground = /fill="(#[0-9a-f]{6})"/.exec(svg)?.[1] ?? "";
  const image = new Resvg(svg.replace(/viewBox="[^"]*"/, box), {
    background: ground,
    fitTo: { mode: "width", value: size },
  });
  return image.render().asPng();
}

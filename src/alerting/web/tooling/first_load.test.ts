import { mkdtemp, mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { filesOf } from "./first_load.ts";

it("follows static imports and not dynamic ones", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dist-"));
  await mkdir(join(folder, "assets"));
  const html = '<script src="/assets/a.js"></script><link href="/assets/a.css"><a href="/raise">';
  await writeFile(join(folder, "doors.html"), html);
  const scripts = {
    "a.js": 'import{x}from"./b.js";import"./c.js";const later=()=>import("./map.js")',
    "b.js": 'export*from"./d.js"',
    "c.js": "",
    "d.js": 'import"./a.js"',
    "a.css": "body{}",
  };
  for (const [name, text] of Object.entries(scripts))
    await writeFile(join(folder, "assets", name), text);
  expect((await filesOf(folder, "doors")).sort()).toEqual([
    "/assets/a.css",
    "/assets/a.js",
    "/assets/b.js",
    "/assets/c.js",
    "/assets/d.js",
    "/doors.html",
  ]);
});

/** Calls to the service, typed by its own description: a path or field that is not there is red. */

import { signal } from "@preact/signals";
import type { paths } from "./api";

type Method = "get" | "post" | "put" | "delete";
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
/** The paths that a method goes to. */
export type PathFor<M extends Method> = {
  [P in keyof paths]: [Operation<P, M>] extends [never] ? never : P;
}[keyof paths];
type InPath<O> = O extends { readonly parameters: { readonly path: infer T } }
  ? { path: T }
  : unknown;
type InQuery<O> = O extends { readonly parameters: { readonly query?: infer T } }
  ? { query?: NonNullable<T> }
  : unknown;
type InBody<O> = O extends {
  readonly requestBody: { readonly content: { readonly "application/json": infer T } };
}
  ? { body: T }
  : unknown;
type Asked<O> = InPath<O> & InQuery<O> & InBody<O> & { key?: string };
type Given<O> = object extends Asked<O> ? [asked?: Asked<O>] : [asked: Asked<O>];
type Json<A> = A extends { readonly content: { readonly "application/json": infer T } } ? T : never;
/** What an operation answers with when it does what it was asked. */
type Answer<O> = O extends { readonly responses: infer R }
  ? {
      [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : S extends 204 ? undefined : never;
    }[keyof R]
  : never;

interface Plain {
  path?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  key?: string;
}

const LONGEST_MS = 15_000;
const UNAUTHORISED = 401;
const NO_CONTENT = 204;

/** The service understood and refused, or cannot just now; `reasons` is empty where it named none. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    detail: string,
    readonly reasons: readonly string[],
  ) {
    super(detail);
  }
}

/** No answer came. Whether the service did what it was asked is not known: ask again, same key. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Whether the last call got through; false as soon as the device says that it has no network. */
export const reachable = signal(navigator.onLine);
addEventListener("offline", () => (reachable.value = false));
addEventListener("online", () => (reachable.value = true));

/** Whether asking again may help: nothing is wrong with what was asked. */
export function mayTryAgain(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refusal && error.status >= 500);
}

/** A name of one's own for one act: sent twice with the same one, it counts once. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return what is there. Throws Refusal or Unreachable. */
export async function get<P extends PathFor<"get">>(
  path: P,
  ...[asked]: Given<Operation<P, "get">>
): Promise<Answer<Operation<P, "get">>> {
  return (await call("GET", path, asked)) as Answer<Operation<P, "get">>;
}

/** Ask for something to be done; `key` goes along as Idempotency-Key. Throws Refusal or Unreachable. */
export async function post<P extends PathFor<"post">>(
  path: P,
  ...[asked]: Given<Operation<P, "post">>
): Promise<Answer<Operation<P, "post">>> {
  return (await call("POST", path, asked)) as Answer<Operation<P, "post">>;
}

/** Have something ended. Throws Refusal or Unreachable. */
export async function remove<P extends PathFor<"delete">>(
  path: P,
  ...[asked]: Given<Operation<P, "delete">>
): Promise<void> {
  await call("DELETE", path, asked);
}

/** Go to the sign-in page, and come back from there. */
export function signIn(): void {
  if (location.pathname === "/sign-in") return;
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

async function call(method: string, template: string, asked: Plain = {}): Promise<unknown> {
  const response = await send(addressOf(template, asked), {
    method,
    headers: headersOf(asked),
    body: asked.body === undefined ? null : JSON.stringify(asked.body),
    signal: AbortSignal.timeout(LONGEST_MS),
  });
  if (response.ok) return response.status === NO_CONTENT ? undefined : await read(response);
  if (response.status === UNAUTHORISED) signIn();
  throw await refusalOf(response);
}

async function send(address: string, request: RequestInit): Promise<Response> {
  try {
    const response = await fetch(address, request);
    reachable.value = true;
    return response;
  } catch (error) {
    reachable.value = false;
    throw new Unreachable(`${request.method} ${address}`, { cause: error });
  }
}

async function read(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new Unreachable("the answer broke off", { cause: error });
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  const body: unknown = await response.json().catch(() => null);
  const told = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const detail = typeof told["detail"] === "string" ? told["detail"] : response.statusText;
  const reasons = told["reasons"] ?? told["errors"];
  return new Refusal(response.status, detail, Array.isArray(reasons) ? reasons.map(String) : []);
}

/** Fill the braces of a path template and append the query. */
function addressOf(template: string, { path = {}, query = {} }: Plain): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(path[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null)
      for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each));
  return search.size ? `${filled}?${search}` : filled;
}

function headersOf({ body, key }: Plain): Record<string, string> {
  return {
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(key === undefined ? {} : { "Idempotency-Key": key }),
  };
}

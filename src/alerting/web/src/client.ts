/** Calls to the service, typed from its OpenAPI description: unknown paths are type errors. */

import { signal } from "@preact/signals";
import type { paths } from "./api";
import { SESSION_KEY } from "./session_key";

type Method = "get" | "post" | "put" | "delete";
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
/** The paths that accept a method. */
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
/** The body of an operation's successful answer. */
type Answer<O> = O extends { readonly responses: infer R }
  ? {
      [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : S extends 204 ? undefined : never;
    }[keyof R]
  : never;

type Filed<O> = InQuery<O> & { file: Blob };

interface Plain {
  path?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  key?: string;
  file?: Blob;
}

const LONGEST_MS = 15_000;
/** Time-out of an upload: a county's file is sent over a slow line, and then read. */
const LONGEST_FILE_MS = 180_000;
const UNAUTHORISED = 401;
const NO_CONTENT = 204;

/** The service refused or is failing; `reasons` is empty if it named none. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    detail: string,
    readonly reasons: readonly string[],
    /** The service's stable code; empty for a refusal in the page's own words. */
    readonly code = "",
    /** The detail in Chinese; empty if the service has none. */
    readonly chinese = "",
  ) {
    super(detail);
  }
}

/** No answer came, so the outcome is unknown: retry with the same key. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Whether the last call was answered; false as soon as the device reports that it is offline. */
export const reachable = signal(navigator.onLine);
addEventListener("offline", () => (reachable.value = false));
addEventListener("online", () => (reachable.value = true));

/** Return whether a retry may help: there was no answer, or the service failed. */
export function mayTryAgain(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refusal && error.status >= 500);
}

/** Return a new idempotency key: a request sent twice with the same key counts once. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Read a resource. Throws Refusal or Unreachable. */
export async function get<P extends PathFor<"get">>(
  path: P,
  ...[asked]: Given<Operation<P, "get">>
): Promise<Answer<Operation<P, "get">>> {
  return (await call("GET", path, asked)) as Answer<Operation<P, "get">>;
}

/** Request an action; `key` is sent as Idempotency-Key. Throws Refusal or Unreachable. */
export async function post<P extends PathFor<"post">>(
  path: P,
  ...[asked]: Given<Operation<P, "post">>
): Promise<Answer<Operation<P, "post">>> {
  return (await call("POST", path, asked)) as Answer<Operation<P, "post">>;
}

/** Send a file as the body of a request. Throws Refusal or Unreachable. */
export async function upload<P extends PathFor<"post">>(
  path: P,
  asked: Filed<Operation<P, "post">>,
): Promise<Answer<Operation<P, "post">>> {
  return (await call("POST", path, asked)) as Answer<Operation<P, "post">>;
}

/** Change a resource. Throws Refusal or Unreachable. */
export async function put<P extends PathFor<"put">>(
  path: P,
  ...[asked]: Given<Operation<P, "put">>
): Promise<Answer<Operation<P, "put">>> {
  return (await call("PUT", path, asked)) as Answer<Operation<P, "put">>;
}

/** Delete a resource. Throws Refusal or Unreachable. */
export async function remove<P extends PathFor<"delete">>(
  path: P,
  ...[asked]: Given<Operation<P, "delete">>
): Promise<void> {
  await call("DELETE", path, asked);
}

/** Whether the officer is signing out; the sign-in page then does not return here. */
let isLeaving = false;
// A browser may show the page again as it was left.
addEventListener("pageshow", () => (isLeaving = false));

/** Sign out by `act`; refused calls no longer redirect from this page. Throws as `act` does. */
export async function leaving(act: () => Promise<void>): Promise<void> {
  isLeaving = true;
  try {
    await act();
  } catch (error) {
    isLeaving = false;
    if (error instanceof Refusal && error.status === UNAUTHORISED) signIn();
    throw error;
  }
}

/** Go to the sign-in page, which returns here afterwards and says if a session has ended. */
export function signIn(): void {
  if (isLeaving || location.pathname === "/sign-in") return;
  const query = new URLSearchParams({ next: location.pathname + location.search });
  if (localStorage.getItem(SESSION_KEY) !== null) query.set("why", "ended");
  location.assign(`/sign-in?${query}`);
}

async function call(method: string, template: string, asked: Plain = {}): Promise<unknown> {
  const response = await send(addressOf(template, asked), {
    method,
    headers: headersOf(asked),
    body: asked.file ?? (asked.body === undefined ? null : JSON.stringify(asked.body)),
    signal: AbortSignal.timeout(asked.file ? LONGEST_FILE_MS : LONGEST_MS),
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
  const code = typeof told["code"] === "string" ? told["code"] : "";
  const listed = Array.isArray(reasons) ? reasons.map(String) : [];
  const chinese = typeof told["chinese"] === "string" ? told["chinese"] : "";
  return new Refusal(response.status, detail, listed, code, chinese);
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

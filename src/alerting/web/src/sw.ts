/**
 * The service worker: keeps the officer's page on the device, so that it opens without a network.
 *
 * What the page says and sends is the page's own business; only files are kept here. A file's
 * name changes with what is in it, so a kept one is never old; pages are asked for first.
 */

/** The addresses to keep, filled in by the build: a changed one makes this a new worker. */
declare const __KEPT__: readonly string[];
const KEPT = __KEPT__;

const worker = self as unknown as ServiceWorkerGlobalScope;

const STORE = "pages-1";
const PATIENCE_MS = 4_000;

worker.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(discardOld().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== worker.location.origin) return;
  if (!KEPT.includes(pathname)) return;
  const isPage = event.request.mode === "navigate";
  event.respondWith(isPage ? newest(event.request, pathname) : kept(event.request));
});

async function keep(): Promise<void> {
  const store = await caches.open(STORE);
  await store.addAll(KEPT.map((address) => new Request(address, { cache: "no-cache" })));
}

async function discardOld(): Promise<void> {
  const store = await caches.open(STORE);
  const old = (await store.keys()).filter(({ url }) => !KEPT.includes(new URL(url).pathname));
  await Promise.all(old.map((request) => store.delete(request)));
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** The page as the service has it, or, where the network is too slow or away, as it was kept. */
async function newest(request: Request, address: string): Promise<Response> {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) return response;
  } catch {
    // The kept page is the answer.
  }
  return (await caches.match(address)) ?? Response.error();
}

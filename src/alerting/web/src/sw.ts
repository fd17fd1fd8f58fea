/**
 * The service worker: caches the officer's pages on the device, so that they open without a network.
 *
 * Only files are cached here; the page handles its own requests. A file's name contains a hash of
 * its content, so a cached file is never outdated. Pages are fetched from the network first. If a
 * page is not cached and there is no network, the fallback page shows the data on the device.
 */

/** The addresses to cache, filled in by the build; a changed one makes this a new worker. */
declare const __KEPT__: readonly string[];
const KEPT = __KEPT__;

const worker = self as unknown as ServiceWorkerGlobalScope;

const STORE = "pages-1";
const FALLBACK = "/away";
const PATIENCE_MS = 4_000;

worker.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([discardOld(), preload()]).then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== worker.location.origin) return;
  const isKept = KEPT.includes(pathname);
  if (event.request.mode === "navigate") {
    // The browser logs a preload whose response is not awaited.
    event.waitUntil(Promise.resolve(event.preloadResponse).catch(() => undefined));
    event.respondWith(isKept ? newest(event, pathname) : orFallback(event));
  } else if (isKept) event.respondWith(kept(event.request));
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

/** Return the page from the network, or from the cache if the network is slow or away. */
async function newest(event: FetchEvent, address: string): Promise<Response> {
  try {
    const response = await Promise.race([fetched(event), tooLate()]);
    if (response.ok) return response;
  } catch {
    // Fall back to the cached page.
  }
  return (await caches.match(address)) ?? Response.error();
}

/** Return the page from the network, or the fallback page if the network is away. */
async function orFallback(event: FetchEvent): Promise<Response> {
  try {
    return await fetched(event);
  } catch {
    return (await caches.match(FALLBACK)) ?? Response.error();
  }
}

/** Enable navigation preload: pages are requested while the worker starts. */
async function preload(): Promise<void> {
  await worker.registration.navigationPreload?.enable();
}

async function fetched(event: FetchEvent): Promise<Response> {
  const preloaded = (await event.preloadResponse) as Response | undefined;
  return preloaded ?? (await fetch(event.request));
}

async function tooLate(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  throw new DOMException("the network is slow", "TimeoutError");
}

{% autoescape off %}// Keeps the offline page and what it is drawn with. Everything else comes from the network.
const CACHE = {{ cache }};
const OFFLINE = {{ offline }};
const FILES = {{ files }};

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // Without cookies: what is kept is the page of a stranger.
    await cache.addAll([new Request(OFFLINE, { credentials: "omit", cache: "reload" }), ...FILES]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("hall-") && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
    return;
  }
  const address = new URL(request.url);
  if (address.origin === self.location.origin && FILES.includes(address.pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
{% endautoescape %}

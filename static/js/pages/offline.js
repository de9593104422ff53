// The page that says that there is no network is kept by a worker; without one nothing is lost.

export async function keepOfflinePage() {
  if (!('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register('/sw.js');
  } catch {
    // Private windows and old engines refuse: the browser's own page will do.
  }
}

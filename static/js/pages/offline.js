// The page that says that there is no network is kept by a worker; without one nothing is lost.

/** Private windows and old engines refuse: the browser's own page will do. */
export const keepOfflinePage = () => navigator.serviceWorker?.register("/sw.js").catch(() => {});

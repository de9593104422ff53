/** What outlives a reload, kept on the device. A device that keeps nothing still works. */

/**
 * A place for one value under one name. `write(null)` removes it, and tells whether it could be kept.
 * `watch` calls back when another tab has written: with what tells whether a word was there before
 * and is not any more.
 * @param {string} name
 */
export function keep(name) {
  return {
    read() {
      try {
        return JSON.parse(localStorage.getItem(name));
      } catch {
        return null;
      }
    },
    write(value) {
      try {
        if (value === null) localStorage.removeItem(name);
        else localStorage.setItem(name, JSON.stringify(value));
        return true;
      } catch {
        // Private windows and full stores refuse; then the value lives as long as the page.
        return false;
      }
    },
    watch(act) {
      addEventListener("storage", ({ key, oldValue, newValue }) => {
        if (key === name) act((word) => oldValue?.includes(word) && !newValue?.includes(word));
      });
    },
  };
}

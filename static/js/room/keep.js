/** What outlives a reload, kept on the device. A device that keeps nothing still works. */

/**
 * A place for one value under one name.
 * @param {string} name
 * @returns {{read: () => any, write: (value: any) => void}} `write(null)` removes it
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
      } catch {
        // Private windows and full stores refuse; then the value lives as long as the page.
      }
    },
  };
}

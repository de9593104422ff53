// A search field over a list: <input data-filter="#list">, [data-filter-item], [data-filter-group].

export function filterLists(root) {
  for (const input of root.querySelectorAll("[data-filter]")) {
    const list = root.querySelector(input.dataset.filter);
    const none = list.querySelector("[data-filter-none]");
    input.closest("[hidden]")?.removeAttribute("hidden");

    const apply = () => {
      const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const item of list.querySelectorAll("[data-filter-item]")) {
        const text = item.textContent.toLowerCase();
        const chosen = item.querySelector("input:checked") !== null;
        item.hidden = !chosen && !words.every((word) => text.includes(word));
        if (!item.hidden) shown += 1;
      }
      for (const group of list.querySelectorAll("[data-filter-group]")) {
        group.hidden = !group.querySelector("[data-filter-item]:not([hidden])");
      }
      if (none) none.hidden = shown > 0;
    };

    input.addEventListener("input", (event) => {
      if (!event.isComposing) apply();
    });
    input.addEventListener("compositionend", apply);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) event.preventDefault();
    });
  }
}

// <section data-receipts hidden>: lists the receipts that the room has kept on this device.

export function listReceipts(section) {
  const list = section.querySelector("ul");
  for (const { code, number, at } of kept()) {
    const [room, seq, digest] = code.split(":");
    const link = document.createElement("a");
    link.className = "row-link";
    link.href = `?${new URLSearchParams({ c: room, n: seq, d: digest })}`;
    link.textContent = `${section.dataset.wordsSentence} ${number}`;
    const when = document.createElement("span");
    when.className = "small soft";
    when.textContent = ` ${new Date(at).toLocaleString(document.documentElement.lang, { timeZone: "Asia/Shanghai" })} · ${digest.slice(0, 8)}`;
    const item = document.createElement("li");
    item.append(link, when);
    list.append(item);
  }
  section.hidden = !list.children.length;
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem("hall.receipts")) ?? [];
  } catch {
    return [];
  }
}

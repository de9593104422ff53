/**
 * Open a dialog over the room. What the hall says meanwhile is said in it: all else is out of sight
 * and out of reach.
 */
export function openOver(dialog, room) {
  const said = document.createElement("p");
  said.className = "dialog__said";
  said.setAttribute("role", "status");
  const say = ({ detail: { text, tone } }) => {
    said.textContent = text;
    said.classList.toggle("dialog__said--problem", tone === "problem");
    said.scrollIntoView({ block: "nearest" });
  };
  room.addEventListener("notice", say);
  const leave = () => {
    room.removeEventListener("notice", say);
    said.remove();
  };
  dialog.addEventListener("close", leave, { once: true });
  dialog.append(said);
  dialog.showModal();
}

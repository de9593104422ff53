/** What comes with writing: one draft for a person's tabs, the form in sight. Fetched when one begins. */

/** Follow what another tab makes of the draft, and lay aside words that were not heard of. */
export function share(form) {
  stayInSight(form);
  const { room } = form;
  const { draft } = room;
  const { write } = draft;
  let known = form.text;
  draft.watch(() => {
    const { kind = "opinion", text = "", reply_to: replyTo = null } = draft.read() ?? {};
    known = text;
    Object.assign(form, { kind, text, replyTo });
  });
  draft.write = (value) => {
    const held = draft.read();
    if (held?.text && held.text !== known) {
      room.say({ ...held, kind: held.reply_to ? "reply" : held.kind }, "refused");
    }
    known = value?.text;
    write(value);
  };
  return true;
}

/** The keyboard, or a phone that is turned, takes height away from below. */
function stayInSight(form) {
  addEventListener("resize", () => {
    if (!form.contains(document.activeElement)) return;
    const below = form.getBoundingClientRect().bottom - innerHeight;
    if (below > 0) scrollBy(0, below);
  });
}

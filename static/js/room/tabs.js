/** The tabs of one person share one draft of a room; fetched when one begins to write. */

/** Follow what another tab makes of the draft, and lay aside words that were not heard of. */
export function share(form) {
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

/**
 * Words on the screen. The Chinese sentence is its own key, as in the rest of the hall; a page in
 * another language carries a catalogue in a JSON element with the id "room-words".
 */

const element = globalThis.document?.getElementById("room-words");
const catalogue = element ? JSON.parse(element.textContent) : {};

/**
 * The sentence in the page's language, `{name}` replaced by `values.name`.
 * @param {string} sentence
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
export function _(sentence, values = {}) {
  const found = catalogue[sentence] || sentence;
  return found.replace(/\{(\w+)\}/g, (whole, name) =>
    name in values ? String(values[name]) : whole,
  );
}

export const KINDS = {
  opinion: _("意见"),
  suggestion: _("建议"),
  question: _("提问"),
  reply: _("回复"),
};

export const IDENTITIES = {
  member: _("委员"),
  resident: _("居民"),
  department: _("部门"),
  staff: _("机关"),
  admin: _("机关"),
};

export const STAGES = {
  draft: _("筹备"),
  announced: _("已公告"),
  collecting: _("征集意见"),
  live: _("协商进行中"),
  summarising: _("梳理共识"),
  review: _("公示确认"),
  sealed: _("已归档"),
  cancelled: _("已取消"),
};

export const STANCES = [
  { value: 1, name: "agree", label: _("赞成") },
  { value: -1, name: "disagree", label: _("不赞成") },
  { value: 0, name: "pass", label: _("说不好") },
];

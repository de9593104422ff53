import { _ } from "../room/words.js";

/**
 * How a clerk calls someone: by the name that is known, with what the room shows where that differs.
 * @param {{name: string, real_name: string}} person
 */
export function called({ name, real_name: known }) {
  return known && known !== name ? _("{known}（{name}）", { known, name }) : name;
}

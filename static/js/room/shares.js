/** Shares of those who took a stance, in words. */

import { _ } from "./words.js";

/** 92% 赞成（83%–97%） */
export const sided = ({ stance, percent, low, high }) =>
  stance === "agree"
    ? _("{percent}% 赞成（{low}%–{high}%）", { percent, low, high })
    : _("{percent}% 不赞成（{low}%–{high}%）", { percent, low, high });

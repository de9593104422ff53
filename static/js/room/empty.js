/** What is said where nothing is to be seen: fetched when that is so. */

import { _ } from "./words.js";

/** What is said where an order shows nothing. */
export const nothingYet = (order, item) =>
  ({
    questions: _("还没有人提问。"),
    mine: _("您还没有发言。"),
    pinned: _("没有置顶的意见。"),
    time: item ? _("这一项还没有人发言。") : _("还没有意见。"),
    agree: _("还没有人赞成。"),
    divided: _("还没有看法不一的意见。"),
    next: _("您都表过态了，谢谢您。有新的意见，再来看看。"),
  })[order];

/** The groups' marks on the opinion map: shape and colour together, so that neither is needed. */

/** By slot: circle, square, triangle, diamond, cross. Their like is in consultations/web/maps.py. */
export const MARKS = [
  "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
  "M-2.7-2.7h5.4v5.4h-5.4z",
  "M0-3.6 3.5 2.6h-7z",
  "M0-3.9 3.9 0 0 3.9-3.9 0z",
  "M-1.2-3.6h2.4v2.4h2.4v2.4h-2.4v2.4h-2.4v-2.4h-2.4v-2.4h2.4z",
];
export const UNGROUPED = "M-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0z";

const MARGIN = 14;
const CLOSE = 24;
const EDGE = 90;

/** Where the drawing is cropped: as wide as the grid, as high as its dots. */
export function viewBoxOf(dots) {
  const reach = Math.max(0, ...dots.map(([, y]) => Math.abs(y))) + MARGIN;
  return `-114 ${-reach} 228 ${2 * reach}`;
}

/** Marks become smaller in a crowd, and larger where several people share a place. */
export function scaleOf(dots) {
  const people = dots.reduce((sum, [, , , count]) => sum + count, 0);
  const size = Math.min(1.6, Math.max(0.7, 14 / Math.sqrt(Math.max(1, people))));
  return (count) => (size * Math.min(2.5, Math.sqrt(count))).toFixed(2);
}

/**
 * Where the reader's own label stands, from their place: towards the middle, or beside it where a
 * group's letter is close by. As `own_label` in consultations/web/maps.py.
 */
export function ownLabel([x, y], groups) {
  for (const { centre: [letterX, letterY] } of groups) {
    if (Math.abs(letterX - x) >= CLOSE || Math.abs(letterY - y) >= CLOSE) continue;
    const right = (letterX <= x && x < EDGE) || x < -EDGE;
    return [right ? MARGIN : -MARGIN, 3];
  }
  return [0, y < 0 ? 17 : -10];
}

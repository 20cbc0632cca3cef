/** A point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** At most `most` points of a curve: the means of equal sections, in order. */
export function thinned(points: readonly Point[], most: number): Point[] {
  if (points.length <= most) return [...points];
  return Array.from({ length: most }, (_, i) => {
    const section = points.slice(
      Math.floor((i * points.length) / most),
      Math.floor(((i + 1) * points.length) / most),
    );
    const mean = (key: 'x' | 'y'): number =>
      section.reduce((sum, point) => sum + point[key], 0) / section.length;
    return { x: mean('x'), y: mean('y') };
  });
}

/**
 * The exponential moving average of a curve, s <- s + (y - s) / min(n, window) at its n-th point. It starts
 * as the plain mean, so the first points are not pulled towards 0.
 */
export function smoothed(points: readonly Point[], window: number): Point[] {
  let average = 0;
  return points.map(({ x, y }, i) => {
    average += (y - average) / Math.min(i + 1, Math.max(1, window));
    return { x, y: average };
  });
}

/** At most `most` items at equal distances, including the first and the last. */
export function pickEvenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from(
    { length: most },
    (_, i) => items[Math.round((i * (items.length - 1)) / Math.max(1, most - 1))] as T,
  );
}

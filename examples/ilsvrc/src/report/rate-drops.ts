import type { Layer } from './draw-svg.js';

/** A place of a curve with the learning rate from there on. */
export interface RatePoint {
  readonly x: number;
  readonly learningRate: number;
}

/** Pixels that a label takes across. */
const LABEL = 14;
/** Pixels above a plot that labels take, where there are any. */
export const LABEL_ROOM = 74;

/** The points whose rate is below that of the point before. */
export function rateDrops(points: readonly RatePoint[]): RatePoint[] {
  return points.filter(({ learningRate }, i) => learningRate < (points[i - 1]?.learningRate ?? learningRate));
}

/** A rate without the dust of its divisions by 10: 0.001, 1e-5. */
export function formatRate(rate: number): string {
  const short = Number(rate.toPrecision(3));
  return short > 0 && short < 1e-4 ? short.toExponential() : String(short);
}

/**
 * A dashed line at every drop, and above the plot, where no curve runs, the new rate, reading downwards. Labels of drops
 * that are close stand next to each other in the same order, each no farther from its line than the others make it.
 *
 * @param end Where the axis ends; it begins at 0.
 * @param size Of the plot, in pixels.
 */
export function dropMarks(
  drops: readonly RatePoint[],
  end: number,
  { width, height }: { width: number; height: number },
): Layer[] {
  if (drops.length === 0) return [];
  const pixel = end / width;
  const centres = drops.map(({ x }) => x / pixel);
  const places = labelPlaces(centres, width).map((place) => place * pixel);
  const values = drops.map(({ x, learningRate }, i) => ({
    x,
    label: places[i],
    rate: `rate ${formatRate(learningRate)}`,
  }));
  const encodeX = (field: string): Layer => ({ x: { field, type: 'quantitative' } });
  return [
    {
      data: { values },
      mark: { type: 'rule', strokeDash: [3, 3], color: 'currentColor', opacity: 0.45 },
      encoding: { ...encodeX('x'), y: { value: 0 }, y2: { value: height } },
    },
    {
      data: { values },
      mark: {
        type: 'text',
        angle: 90,
        align: 'right',
        baseline: 'middle',
        y: -4,
        fontSize: 11,
        color: 'currentColor',
        opacity: 0.8,
      },
      encoding: { ...encodeX('label'), text: { field: 'rate', type: 'nominal' } },
    },
  ];
}

/** Centres of labels that are wanted at these places, in order: none upon another, none beyond the plot. */
function labelPlaces(wanted: readonly number[], width: number): number[] {
  const places: number[] = [];
  for (const place of wanted) places.push(Math.max(place, (places.at(-1) ?? -LABEL / 2) + LABEL));
  let limit = width - LABEL / 2;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i] as number, limit);
    limit = (places[i] as number) - LABEL;
  }
  return places;
}

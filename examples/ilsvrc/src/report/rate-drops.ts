import type { Layer } from './draw-svg.js';

/** A point of a curve with the learning rate from there on. */
export interface RatePoint {
  readonly x: number;
  readonly learningRate: number;
}

/** The thickness of a label in pixels. */
const LABEL = 14;
/** The height of the labels above a plot, in pixels. */
export const LABEL_ROOM = 74;

/** The points whose learning rate is below the previous one. */
export function rateDrops(points: readonly RatePoint[]): RatePoint[] {
  return points.filter(({ learningRate }, i) => learningRate < (points[i - 1]?.learningRate ?? learningRate));
}

/** A learning rate without the rounding errors of its divisions by 10: 0.001, 1e-5. */
export function formatRate(rate: number): string {
  const short = Number(rate.toPrecision(3));
  return short > 0 && short < 1e-4 ? short.toExponential() : String(short);
}

/**
 * Draws a dashed line at every drop, and the new rate above the plot, reading downwards. Labels of close
 * drops are next to each other in the same order, as near to their lines as the other labels allow.
 *
 * @param end The end of the axis, which starts at 0.
 * @param size The size of the plot in pixels.
 */
export function dropMarks(
  drops: readonly RatePoint[],
  end: number,
  { width, height }: { width: number; height: number },
): Layer[] {
  if (drops.length === 0) return [];
  const pixel = end / width;
  const centres = drops.map(({ x }) => x / pixel);
  const positions = labelPositions(centres, width).map((position) => position * pixel);
  const values = drops.map(({ x, learningRate }, i) => ({
    x,
    label: positions[i],
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

/**
 * The centres of labels near the ideal positions, in order, so that none overlaps another or leaves the plot.
 */
function labelPositions(ideal: readonly number[], width: number): number[] {
  const positions: number[] = [];
  for (const position of ideal) {
    positions.push(Math.max(position, (positions.at(-1) ?? -LABEL / 2) + LABEL));
  }
  let limit = width - LABEL / 2;
  for (let i = positions.length - 1; i >= 0; i--) {
    positions[i] = Math.min(positions[i] as number, limit);
    limit = (positions[i] as number) - LABEL;
  }
  return positions;
}

import { partition, presets } from '@alexnet/alexnet-model';
import { type LayerPair, type TowerLayer, towerLayers } from './tower-layers.js';

const BATCH = 128;
/** The layout, in pixels. */
const layout = {
  margin: 14,
  box: { width: 96, height: 100 },
  /** Distances from a layer to the next, with and without an exchange between the towers. */
  gap: { exchange: 66, own: 16 },
  /** Tops of the devices' frames and of the boxes in them. */
  frames: [10, 246],
  boxes: [50, 262],
  frame: 156,
  table: 448,
  line: 22,
} as const;
const ink = { strong: '#1f2328', weak: '#59636e', line: '#8c959f' } as const;
const colors = [
  { fill: '#ddf0ff', edge: '#0969da' },
  { fill: '#fff0dc', edge: '#bc4c00' },
] as const;

/** Base lines of the text in a box. */
const lines = [23, 43, 66, 86] as const;

/** Where the boxes of a layer begin. */
type Columns = readonly number[];

/**
 * Draws figure 2 of the paper with the numbers of the preset `paper`, as SVG: which device has which layer, and what the
 * two exchange in a step.
 *
 * Source: Krizhevsky et al. 2012, sec. 3.5 and figure 2.
 */
export async function twoDevicesFigure(): Promise<string> {
  const layers = await towerLayers();
  const columns = columnsOf(layers);
  const width = (columns.at(-1) as number) + layout.box.width + 12 + layout.margin;
  const height = layout.table + 5 * layout.line;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Inter, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13">`,
    '<title>AlexNet on two devices: who holds which layer, and what they exchange</title>',
    `<defs>${[ink.line, ...colors.map(({ edge }) => edge)].map(arrowHead).join('')}</defs>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...[0, 1].map((tower) => frame(tower as 0 | 1, layers, columns)),
    ...image(columns),
    ...layers.flatMap((_, layer) => arrows(layer, layers, columns)),
    ...layers.flatMap(({ towers }, layer) =>
      towers.flatMap((held, tower) => (held ? box(held, tower as 0 | 1, columns[layer] as number) : [])),
    ),
    ...(await table(layers, columns)),
    '</svg>\n',
  ].join('\n');
}

function columnsOf(layers: readonly LayerPair[]): Columns {
  let x: number = layout.margin + layout.box.width + 2 * layout.gap.own;
  return layers.map(({ exchange }, layer) => {
    if (layer > 0) x += layout.box.width + (exchange ? layout.gap.exchange : layout.gap.own);
    return x;
  });
}

/** A device: a frame around its tower, with its parameters. */
function frame(tower: 0 | 1, layers: readonly LayerPair[], columns: Columns): string {
  const held = layers.flatMap(({ towers }) => towers[tower] ?? []);
  const parameters = held.reduce((sum, layer) => sum + layer.parameters, 0);
  const top = layout.frames[tower];
  const x = (columns[0] as number) - layout.gap.own;
  const right = (columns[held.length - 1] as number) + layout.box.width + layout.gap.own / 2 + 4;
  const { edge } = colors[tower];
  const name = `Device ${'AB'[tower]}: ${held[0]?.name} … ${held.at(-1)?.name}`;
  return [
    `<rect x="${x}" y="${top}" width="${right - x}" height="${layout.frame}" rx="8" fill="none" stroke="${edge}" stroke-dasharray="5 4"/>`,
    text(
      `${name} <tspan font-size="13" font-weight="400" fill="${ink.strong}" dx="8">${count(parameters)} parameters</tspan>`,
      [x + 14, tower === 0 ? top + 25 : top + 142],
      { color: edge, size: 15, weight: 600 },
    ),
  ].join('\n');
}

/** The input image, which both devices get. */
function image(columns: Columns): string[] {
  const { imageSize } = presets.paper.net;
  const [x, y] = [layout.margin, 174];
  const { width } = layout.box;
  const middle = x + width / 2;
  return [
    ...['output', 'kernel', 'parameters'].map((what, i) =>
      text(what, [x + width, layout.boxes[0] + (lines[i + 1] as number)], {
        anchor: 'end',
        color: ink.weak,
        size: 12,
      }),
    ),
    `<rect x="${x}" y="${y}" width="${width}" height="66" rx="4" fill="#f6f8fa" stroke="${ink.line}"/>`,
    text('image', [middle, y + 28], { weight: 600, anchor: 'middle', size: 14 }),
    text(dimensions([imageSize, imageSize, 3]), [middle, y + 49], { anchor: 'middle' }),
    ...layout.boxes.map((top) =>
      arrow([x + width, y + 33], [columns[0] as number, top + layout.box.height / 2], ink.line),
    ),
  ];
}

/** The arrows from a layer to the next: each tower's own values, and across, what it sends to the other tower. */
function arrows(layer: number, layers: readonly LayerPair[], columns: Columns): string[] {
  const next = layers[layer + 1];
  if (!next) return [];
  const [from, to] = [(columns[layer] as number) + layout.box.width, columns[layer + 1] as number];
  const middles = layout.boxes.map((top) => top + layout.box.height / 2) as [number, number];
  const own = next.towers.flatMap((held, tower) => {
    const y = middles[tower as 0 | 1];
    return held ? [arrow([from, y], [to, y], colors[tower as 0 | 1].edge)] : [];
  });
  if (!next.exchange) return own;
  const across = next.towers.flatMap((held, tower) => {
    if (!held) return [];
    const lean = tower === 0 ? 30 : -30; // the ends are on the boxes' sides, nearer to the other tower
    const begin: [number, number] = [from, middles[(1 - tower) as 0 | 1] - lean];
    return [arrow(begin, [to, middles[tower as 0 | 1] + lean], colors[(1 - tower) as 0 | 1].edge)];
  });
  const { from: name, shape } = next.exchange;
  const y = (layout.frames[0] + layout.frame + layout.frames[1]) / 2;
  const style = { anchor: 'end' } as const;
  return [
    ...own,
    ...across,
    text(name, [from + 4, y - 4], { ...style, weight: 600 }),
    text(dimensions(shape), [from + 4, y + 14], { ...style, color: ink.weak }),
  ];
}

function box({ name, shape, reads, parameters }: TowerLayer, tower: 0 | 1, x: number): string[] {
  const y = layout.boxes[tower];
  const { width, height } = layout.box;
  const { fill, edge } = colors[tower];
  const at = (line: number): [number, number] => [x + width / 2, y + line];
  const middle = { anchor: 'middle' } as const;
  const small = { ...middle, size: 12, color: ink.weak };
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="${fill}" stroke="${edge}"/>`,
    text(name, at(lines[0]), { ...middle, weight: 600, size: 14 }),
    text(dimensions(shape), at(lines[1]), middle),
    text(reads.length > 1 ? dimensions(reads) : `reads ${count(reads[0] as number)}`, at(lines[2]), small),
    text(count(parameters), at(lines[3]), { ...small, color: ink.strong }),
  ];
}

/** What the towers send each other in a step, and the sums. */
async function table(layers: readonly LayerPair[], columns: Columns): Promise<string[]> {
  const sums = (await partition('paper')).bytesPerStep(BATCH);
  const crossings = layers.flatMap(({ towers, exchange }, layer) =>
    exchange
      ? [{ ...exchange, isOneWay: !towers[1], x: (columns[layer] as number) - layout.gap.exchange / 2 }]
      : [],
  );
  const end = (columns.at(-1) as number) + layout.box.width;
  const y = (line: number): number => layout.table + line * layout.line;
  const right = { anchor: 'end' } as const;
  const rows = (['forward', 'backward'] as const).flatMap((pass, p) =>
    ([0, 1] as const).flatMap((tower) => {
      const line = 1 + 2 * p + tower;
      const what = `${pass === 'forward' ? 'values' : 'gradients'}, ${tower === 0 ? 'A to B' : 'B to A'}`;
      const cells = crossings.map(({ shape, isOneWay, x }) => {
        const isSent = !isOneWay || (pass === 'forward') === (tower === 1);
        const bytes = 4 * BATCH * shape.reduce((product, side) => product * side, 1);
        return text(isSent ? megabytes(bytes) : '–', [x + 18, y(line)], right);
      });
      const { edge } = colors[tower];
      return [
        text(what, [layout.margin, y(line)], { color: edge }),
        ...cells,
        text(megabytes(sums[tower]?.[pass] ?? Number.NaN), [end, y(line)], { ...right, weight: 600 }),
      ];
    }),
  );
  return [
    `<path d="M${layout.margin} ${y(0.3)}H${end}" stroke="${ink.line}"/>`,
    text(`MB in a step of ${BATCH} images, float32`, [layout.margin, y(0)], { weight: 600 }),
    ...crossings.map(({ from, to, x }) => text(`${from} → ${to}`, [x + 36, y(0)], { ...right, weight: 600 })),
    text('all', [end, y(0)], { ...right, weight: 600 }),
    ...rows,
  ];
}

interface TextStyle {
  readonly color?: string;
  readonly size?: number;
  readonly weight?: number;
  readonly anchor?: 'middle' | 'end';
}

function text(content: string, [x, y]: readonly [number, number], style: TextStyle): string {
  const { color = ink.strong, size, weight, anchor } = style;
  const more = [
    ...(size ? [`font-size="${size}"`] : []),
    ...(weight ? [`font-weight="${weight}"`] : []),
    ...(anchor ? [`text-anchor="${anchor}"`] : []),
  ];
  return `<text x="${x}" y="${y}" ${[`fill="${color}"`, ...more].join(' ')}>${content}</text>`;
}

function arrow(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  color: string,
): string {
  const head = `marker-end="url(#${headName(color)})"`;
  return `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${color}" stroke-width="1.5" fill="none" ${head}/>`;
}

function arrowHead(color: string): string {
  const shape = `<path d="M0 0L8 4L0 8z" fill="${color}"/>`;
  return `<marker id="${headName(color)}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" markerHeight="6" orient="auto">${shape}</marker>`;
}

function headName(color: string): string {
  return `head${color.slice(1)}`;
}

function dimensions(sides: readonly number[]): string {
  return sides.map(count).join('×');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

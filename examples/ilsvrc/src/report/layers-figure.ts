import { drawSvg, type Layer } from './draw-svg.js';
import { epochAxis } from './epoch-axis.js';
import { escapeHtml } from './escape-html.js';
import type { LayerSummary } from './layer-summaries.js';
import { pickEvenly } from './thin-series.js';

/** The layers with weights after an epoch, counted from 1. */
export interface EpochLayers {
  readonly epoch: number;
  readonly layers: readonly LayerSummary[];
}

/** The colours from the first layer to the last, equally visible on light and dark pages. */
const palette = ['#4672c4', '#2b97b5', '#2fa37c', '#7aa63c', '#c2a02c', '#e0833a', '#d9505c', '#b05aa8'];
const MOST_EPOCHS = 120;

/** The update/weight ratios at which networks usually learn well: about 1e-3. */
const usualRatio = { low: 3e-4, middle: 1e-3, high: 3e-3 };

interface Panel {
  readonly title: string;
  readonly axis: string;
  /** The d3 format of the powers of ten on a logarithmic axis; absent for a linear axis in percent. */
  readonly powers?: string;
  readonly value: (layer: LayerSummary) => number | null;
}

const ratios: Panel = {
  title: 'update / weight',
  axis: 'ratio of rms',
  powers: '~e',
  value: ({ updateRatio }) => updateRatio,
};
const panels: readonly Panel[] = [
  ratios,
  {
    title: 'activations',
    axis: 'standard deviation',
    powers: '~g',
    value: ({ standardDeviation }) => standardDeviation,
  },
  {
    title: 'zeros after the ReLU',
    axis: 'share (%)',
    value: ({ zeros }) => (zeros === null ? null : 100 * zeros),
  },
];

/**
 * Draws the update/weight ratios (with the usual band), the standard deviations of the activations and their
 * zeros over the epochs as an HTML fragment. Each layer has a line; lines of tower B are dashed. Values
 * without a logarithm, such as an update of 0, are left out.
 */
export async function layersFigure(epochs: readonly EpochLayers[]): Promise<string> {
  const names = epochs[0]?.layers.map(({ name }) => name) ?? [];
  const layers = [...new Set(names.map(layerOf))];
  const shown = pickEvenly(epochs, MOST_EPOCHS);
  const plots = await Promise.all(panels.map((panel) => drawSvg(panelPlot(panel, shown, layers))));
  const keys = layers.map(
    (name, i) => `<li><i style="background:${colourOf(i)}"></i>${escapeHtml(name)}</li>`,
  );
  const towers = names.some((name) => name !== layerOf(name));
  const dashed = towers ? '<li><i class="dashed"></i>tower B</li>' : '';
  return `<ul class="keys">${keys.join('')}${dashed}</ul>
<div class="panels">${plots.map((plot) => `<div>${plot}</div>`).join('\n')}</div>`;
}

function panelPlot(panel: Panel, epochs: readonly EpochLayers[], layers: readonly string[]): Layer {
  const points = pointsOf(panel, epochs);
  const line = {
    data: { values: points },
    mark: { type: 'line', strokeWidth: 1.75, point: epochs.length <= 30 && { size: 14 } },
    encoding: {
      x: epochAxis(Math.max(1, epochs.at(-1)?.epoch ?? 1)),
      y: { field: 'y', type: 'quantitative', title: panel.axis, ...axisOf(panel, points) },
      color: {
        field: 'layer',
        type: 'nominal',
        legend: null,
        scale: { domain: layers, range: layers.map((_, i) => colourOf(i)) },
      },
      strokeDash: {
        field: 'tower',
        type: 'nominal',
        legend: null,
        scale: { domain: ['a', 'b'], range: [[1, 0], [4, 3]] }, // biome-ignore format: one line
      },
      detail: { field: 'name', type: 'nominal' },
    },
  };
  const band = panel === ratios ? usualBand() : [];
  return {
    title: panel.title,
    width: 240,
    height: 190,
    // the same margins around every plot, so that they are aligned
    autosize: 'none',
    padding: { left: 62, right: 12, top: 28, bottom: 42 },
    layer: [...band, line],
  };
}

interface LayerPoint {
  readonly epoch: number;
  readonly y: number;
  readonly name: string;
  readonly layer: string;
  readonly tower: 'a' | 'b';
}

function pointsOf({ value, powers }: Panel, epochs: readonly EpochLayers[]): LayerPoint[] {
  return epochs.flatMap(({ epoch, layers }) =>
    layers.flatMap((layer) => {
      const y = value(layer);
      if (y === null || !Number.isFinite(y) || (powers !== undefined && y <= 0)) return [];
      const { name } = layer;
      return [{ epoch, y: Number(y.toPrecision(4)), name, layer: layerOf(name), tower: towerOf(name) }];
    }),
  );
}

/**
 * A scale in percent, or of whole powers of ten around all points. Labels have the same width in every panel.
 */
function axisOf(panel: Panel, points: readonly LayerPoint[]): Layer {
  const { powers } = panel;
  const room = { minExtent: 40, maxExtent: 40 };
  if (powers === undefined) return { scale: { domain: [0, 100] }, axis: room };
  const always = panel === ratios ? [usualRatio.low, usualRatio.high] : points.length === 0 ? [1, 10] : [];
  const exponents = [...always, ...points.map(({ y }) => y)].map(Math.log10);
  const low = Math.floor(Math.min(...exponents));
  const high = Math.max(low + 1, Math.ceil(Math.max(...exponents)));
  const stride = Math.ceil((high - low) / 6);
  const values = Array.from({ length: Math.floor((high - low) / stride) + 1 }, (_, i) => 10 ** (low + i * stride)); // biome-ignore format: one line
  return {
    scale: { type: 'log', domain: [10 ** low, 10 ** high], nice: false },
    axis: { ...room, values, tickCount: values.length, format: powers, labelOverlap: false },
  };
}

function usualBand(): Layer[] {
  const { low, middle, high } = usualRatio;
  const ink = 'currentColor';
  return [
    {
      data: { values: [{ low, high }] },
      mark: { type: 'rect', color: ink, opacity: 0.1 },
      encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
    },
    {
      data: { values: [{ middle }] },
      mark: { type: 'rule', color: ink, opacity: 0.4, strokeDash: [2, 3] },
      encoding: { y: { field: 'middle', type: 'quantitative' } },
    },
  ];
}

/** `conv1` for `conv1a`. */
function layerOf(name: string): string {
  return name.replace(/(?<=\d)[ab]$/, '');
}

function towerOf(name: string): 'a' | 'b' {
  return /\db$/.test(name) ? 'b' : 'a';
}

function colourOf(layer: number): string {
  return palette[layer % palette.length] as string;
}

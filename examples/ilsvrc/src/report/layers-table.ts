import { escapeHtml } from './escape-html.js';
import type { LayerSummary } from './layer-summaries.js';

const columns: readonly [title: string, text: (layer: LayerSummary) => string][] = [
  ['mean', ({ mean }) => short(mean)],
  ['std', ({ standardDeviation }) => short(standardDeviation)],
  ['largest', ({ largest }) => short(largest)],
  ['zeros', ({ zeros }) => share(zeros)],
  ['dead units', ({ deadUnits }) => share(deadUnits)],
  ['weights', ({ weight }) => short(weight)],
  ['update', ({ update }) => short(update)],
  ['ratio in 1e&minus;3', ({ updateRatio }) => short(updateRatio === null ? null : 1000 * updateRatio)],
];

/**
 * A table of the layers with weights after an epoch. The number of non-finite values is below the name of a
 * layer.
 */
export function layersTable(layers: readonly LayerSummary[]): string {
  const head = columns.map(([title]) => `<th scope="col" class="number">${title}</th>`).join('');
  const rows = layers.map((layer) => {
    const cells = columns.map(([, text]) => `<td class="number">${text(layer)}</td>`).join('');
    const lost = layer.nonFinite > 0 ? `<br><b>${layer.nonFinite.toLocaleString('en')} not finite</b>` : '';
    return `<tr><th scope="row">${escapeHtml(layer.name)}${lost}</th>${cells}</tr>`;
  });
  return `<div class="scroll"><table class="layers"><thead>
<tr><th></th><th colspan="5" scope="colgroup">activations</th><th colspan="3" scope="colgroup">kernel, root mean squares</th></tr>
<tr><th></th>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

/** Three digits, with a power of ten for small numbers and a dash for values that are not finite. */
function short(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '&ndash;';
  const size = Math.abs(value);
  const text =
    size !== 0 && size < 1e-3
      ? value.toExponential(1)
      : size < 1e3
        ? value.toPrecision(3)
        : value.toLocaleString('en', { maximumFractionDigits: 0 });
  return text.replaceAll('-', '&minus;');
}

function share(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '&ndash;' : `${(100 * value).toFixed(1)}%`;
}

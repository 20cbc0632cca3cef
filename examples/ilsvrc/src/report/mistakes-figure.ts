import type { ConfusionMatrix, ConfusionPair, PerClassError } from '@alexnet/topk-metrics';
import { className } from '../data/class-name.js';
import { escapeHtml } from './escape-html.js';

/** The mistakes of a network. */
export interface Mistakes {
  readonly confusion: ConfusionMatrix;
  readonly errors: PerClassError;
  /** The words of every class. */
  readonly names: readonly string[];
}

/** The number of classes and pairs shown. */
const SHOWN = 10;

/**
 * Draws the mistakes of a network as an HTML fragment: the classes with the largest errors and their 95%
 * intervals (Wilson), the pairs that are confused most often, and a heat map of the classes in these pairs.
 */
export function mistakesFigure(mistakes: Mistakes): string {
  const { confusion } = mistakes;
  const pairs = confusion.worst(SHOWN);
  if (pairs.length === 0) return '<p>All images are classified correctly.</p>';
  return `<div class="mistakes">
<div>${worstClasses(mistakes)}</div>
<div>${worstPairs(mistakes, pairs)}</div>
<div>${heatMap(mistakes, classesOf(confusion))}</div>
</div>`;
}

function worstClasses({ errors, names }: Mistakes): string {
  const rows = errors.worst(SHOWN).map(({ label, error, images }) => {
    const [low, high] = errors.interval(label);
    return `<tr><th scope="row">${nameOf(names, label)}</th><td class="number">${percent(error)}</td>
<td class="number quiet">${percent(low)}&ndash;${percent(high)}</td><td class="number">${images}</td></tr>`;
  });
  return table('worst classes', ['top-1 error', '95% interval', 'images'], rows, 1);
}

function worstPairs({ names }: Mistakes, pairs: readonly ConfusionPair[]): string {
  const rows = pairs.map(
    ({ label, predicted, count, share }) => `<tr><th scope="row">${nameOf(names, label)}</th>
<td>${nameOf(names, predicted)}</td><td class="number">${count}</td><td class="number">${percent(share)}</td></tr>`,
  );
  return table('worst pairs', ['taken for', 'images', 'of the class'], rows, 2);
}

/**
 * A row per class, with the shares of its images in a column for each predicted class and a last one for all
 * others.
 */
function heatMap({ confusion, names }: Mistakes, classes: readonly number[]): string {
  const head = classes.map((label, i) => `<th scope="col" title="${nameOf(names, label)}">${i + 1}</th>`);
  const rows = classes.map((label, i) => {
    const images = sum(
      Array.from({ length: confusion.classes }, (_, predicted) => confusion.count(label, predicted)),
    );
    const counts = classes.map((predicted) => confusion.count(label, predicted));
    const cells = [...counts, images - sum(counts)].map((count, at) =>
      heatCell(count, images, at === i ? 'right' : 'wrong'),
    );
    return `<tr><th scope="row"><span>${i + 1}</span>${nameOf(names, label)}</th>${cells.join('')}</tr>`;
  });
  return `<table class="heat"><caption>taken for, in percent of the class</caption>
<thead><tr><th></th>${head.join('')}<th scope="col">other</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function heatCell(count: number, images: number, kind: 'right' | 'wrong'): string {
  const share = images > 0 ? count / images : 0;
  if (share === 0) return '<td></td>';
  const text = Math.round(100 * share);
  return `<td class="${kind}" style="--share:${(100 * share).toFixed(0)}%">${text}</td>`;
}

/** The classes in the pairs that are confused most often, worst first, at most {@link SHOWN}. */
function classesOf(confusion: ConfusionMatrix): number[] {
  const chosen = new Set<number>();
  for (const { label, predicted } of confusion.worst(SHOWN * SHOWN)) {
    for (const one of [label, predicted]) if (chosen.size < SHOWN) chosen.add(one);
  }
  return [...chosen];
}

/** A table with numbers in all columns but the first `names`. */
function table(caption: string, titles: readonly string[], rows: readonly string[], names: number): string {
  const head = titles.map((title, i) => `<th scope="col"${i + 1 < names ? '' : ' class="number"'}>${title}</th>`); // biome-ignore format: one line
  return `<table><caption>${caption}</caption><thead><tr><th scope="col">class</th>${head.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}

function nameOf(names: readonly string[], label: number): string {
  return escapeHtml(className(label, names[label]));
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)}%`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

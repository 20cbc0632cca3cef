import { ConfusionMatrix, PerClassError } from '@alexnet/topk-metrics';
import { expect, test } from 'vitest';
import { type Mistakes, mistakesFigure } from './mistakes-figure.js';

/** Counts: [true label, predicted label, images]. */
function mistakesOf(classes: number, counts: readonly (readonly [number, number, number])[]): Mistakes {
  const confusion = ConfusionMatrix.fromJSON({ classes, counts });
  const errors = new PerClassError(classes);
  for (const [label, predicted, count] of counts) {
    const row = Array.from({ length: classes }, (_, of) => (of === predicted ? 1 : 0));
    for (let i = 0; i < count; i++) errors.add([row], [label]);
  }
  return { confusion, errors, names: Array.from({ length: classes }, (_, of) => `name<${of}>, other`) };
}

const text = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
const rowsOf = (html: string): string[] =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) => text(row as string));

test('shows the worst classes with their intervals, the worst pairs, and the shares of a class', () => {
  const html = mistakesFigure(mistakesOf(3, [[0, 0, 3], [0, 1, 1], [1, 1, 2], [2, 0, 2], [2, 1, 6]])); // biome-ignore format: one line
  const [classes = '', pairs = '', heat = ''] = html.split('<table').slice(1);
  expect(rowsOf(classes).slice(1)).toEqual([
    'name&lt;2&gt; 100% 68%&ndash;100% 8', // Wilson: 1 / (1 + 1.96^2 / 8)
    'name&lt;0&gt; 25% 5%&ndash;70% 4',
    'name&lt;1&gt; 0% 0%&ndash;66% 2',
  ]);
  expect(rowsOf(pairs).slice(1)).toEqual([
    'name&lt;2&gt; name&lt;1&gt; 6 75%',
    'name&lt;2&gt; name&lt;0&gt; 2 25%',
    'name&lt;0&gt; name&lt;1&gt; 1 25%',
  ]);
  expect(rowsOf(heat)).toEqual(['1 2 3 other', '1 name&lt;2&gt; 75 25', '2 name&lt;1&gt; 100', '3 name&lt;0&gt; 25 75']); // biome-ignore format: one line
  expect(heat).toContain('<td class="right" style="--share:100%">100</td>');
  expect(heat).toContain('<td class="wrong" style="--share:25%">25</td>');
});

test('of a thousand classes ten are shown, and their share of other predictions', () => {
  const lost = Array.from({ length: 1000 }, (_, of) => [of, (of + 500) % 1000, of === 6 ? 7 : 1] as const);
  const html = mistakesFigure(mistakesOf(1000, [...lost, [6, 41, 3]]));
  const [classes = '', pairs = '', heat = ''] = html.split('<table').slice(1);
  expect(rowsOf(classes)).toHaveLength(11);
  expect(rowsOf(pairs)).toHaveLength(11);
  expect(rowsOf(heat)).toHaveLength(11);
  expect(rowsOf(heat)[1]).toBe('1 name&lt;6&gt; 70 30'); // 7 of 10 taken for 506, the others for 41
  expect(html.length).toBeLessThan(20_000);
});

test('a network without mistakes has a sentence', () => {
  expect(mistakesFigure(mistakesOf(2, [[0, 0, 3], [1, 1, 3]]))).toBe('<p>All images are classified correctly.</p>'); // biome-ignore format: one line
});

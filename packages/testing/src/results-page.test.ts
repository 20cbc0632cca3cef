import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const page = read('docs/results.md');

/** A summary that a campaign wrote, kept in a record. */
interface Summary {
  experiment: string;
  lines: string[];
}

const records = readdirSync(new URL('records/', root), { recursive: true, encoding: 'utf8' });
const summaries = records
  .filter((path) => path.endsWith('.json'))
  .map((path) => ({ path, summary: JSON.parse(read(`records/${path}`)) as Summary }))
  .filter(({ summary }) => 'experiment' in summary && Array.isArray(summary.lines));

test('the page repeats every line of the summaries in the records, and links to them', () => {
  expect(summaries.length).toBeGreaterThan(0);
  for (const { path, summary } of summaries) {
    for (const line of summary.lines) expect(page, path).toContain(line.trim());
    expect(page).toContain(`../records/${path.split('/')[0]}`);
  }
});

test('an experiment whose runs are in the records is not said to be missing', () => {
  for (const { summary } of summaries) {
    expect(page).not.toContain(`not run: \`npm run cifar10 -- ${summary.experiment}\``);
    expect(page).not.toContain(`not run: \`npm run tiny-imagenet -- ${summary.experiment}\``);
  }
});

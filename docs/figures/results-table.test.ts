import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { withResults } from './results-table.js';

const root = new URL('../../', import.meta.url);
const page =
  '<!-- results: `npm run docs:images` draws this table from records/ -->\nold\n<!-- end of results -->\n';

let made: string[] = [];
afterEach(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
  made = [];
});

/** A project with one record. */
function project(files: Record<string, string>): URL {
  const folder = mkdtempSync(join(tmpdir(), 'alexnet-results-'));
  made.push(folder);
  const record = join(folder, 'records', '2026-01-01_one');
  mkdirSync(record, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(record, name), text);
  return pathToFileURL(`${folder}/`);
}

const row = (ours: unknown) => JSON.stringify([{ what: 'w', paper: 'p', note: '-', ours, how: 'h' }]);

test("the README's table is the one that the records give", () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  expect(readme, 'run npm run docs:images').toBe(withResults(readme, root));
});

test('a row has the number of its summary, of its events or of its README', () => {
  const summary = project({
    'results.json': row({ summary: 'a.json', line: 1 }),
    'a.json': '{"lines":["no","  six times"]}',
  });
  expect(withResults(page, summary)).toContain('| w | p | - | [six times](records/2026-01-01_one) | h |');
  const evaluation = (views: number, top1Error: number) =>
    JSON.stringify({ type: 'evaluation', views, top1Error, top5Error: 0.473 });
  const events = project({
    'results.json': row({ events: 'e.jsonl', views: 1 }),
    'e.jsonl': `${evaluation(1, 0.9)}\n${evaluation(1, 0.78)}\n${evaluation(10, 0.1)}\n`,
  });
  expect(withResults(page, events)).toContain('[78.0% / 47.3%]');
  const words = project({ 'results.json': row('10.8%'), 'README.md': 'it was 10.8% at the end' });
  expect(withResults(page, words)).toContain('[10.8%]');
});

test('a number that the record does not have is refused', () => {
  const wrong = project({ 'results.json': row('10.8%'), 'README.md': 'it was 10.9%' });
  expect(() => withResults(page, wrong)).toThrow("README.md must say '10.8%'");
  const missing = project({ 'results.json': row({ summary: 'a.json', line: 1 }), 'a.json': '{"lines":[]}' });
  expect(() => withResults(page, missing)).toThrow('a.json has no line 1');
  const none = project({
    'results.json': row({ events: 'e.jsonl', views: 3 }),
    'e.jsonl': '{"type":"step"}\n',
  });
  expect(() => withResults(page, none)).toThrow('no evaluation with 3 views');
  expect(() => withResults('no table', none)).toThrow('must contain');
});

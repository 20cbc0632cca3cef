import { readdirSync, readFileSync } from 'node:fs';

/** A row of the README's table, from `results.json` of a record. */
interface Row {
  what: string;
  paper: string;
  /** What the author noted in his program. */
  note: string;
  /**
   * A line of a campaign's summary, the last evaluation with that many views in a run's events, or words that stand in
   * the record's README.
   */
  ours: { summary: string; line: number } | { events: string; views: number } | string;
  how: string;
}

/** The numbers of ILSVRC, which nobody has run with these packages. */
const notRun: readonly Omit<Row, 'how'>[] = [
  {
    what: 'ILSVRC-2012 validation, ten views, 1 CNN',
    paper: '40.7% / 18.2%',
    note: '40.664 / 18.210',
    ours: 'not run yet',
  },
  {
    what: 'ILSVRC-2010 test, ten views',
    paper: '37.5% / 17.0%',
    note: '37.473 / 16.999',
    ours: 'not run yet',
  },
];

/** Where the table stands in the README. */
const marks = [
  '<!-- results: `npm run docs:images` draws this table from records/ -->',
  '<!-- end of results -->',
];

/** The README with the table of the records. @throws Error if it has no place for the table, or a record is wrong. */
export function withResults(readme: string, root: URL): string {
  const [begin, end] = marks.map((mark) => readme.indexOf(mark)) as [number, number];
  if (begin < 0 || end < begin) throw new Error(`The README must contain ${marks.join(' and ')}.`);
  const head = readme.slice(0, begin + (marks[0] as string).length);
  return `${head}\n${resultsTable(root)}\n${readme.slice(end)}`;
}

function resultsTable(root: URL): string {
  const records = new URL('records/', root);
  const rows = readdirSync(records, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .reverse()
    .flatMap((name) => rowsOf(new URL(`${name}/`, records), `records/${name}`));
  const missing = notRun.map(({ what, paper, note, ours }) => [what, paper, note, String(ours), '']);
  return [
    ['what', 'paper', "author's note in the code", 'ours', 'how'],
    ['---', '---', '---', '---', '---'],
    ...rows,
    ...missing,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`.replace(/\| {2}\|$/, '| |'))
    .join('\n');
}

function rowsOf(folder: URL, path: string): string[][] {
  if (!readdirSync(folder).includes('results.json')) return [];
  const rows = JSON.parse(read(folder, 'results.json')) as Row[];
  return rows.map(({ what, paper, note, ours, how }) => [
    what,
    paper,
    note,
    `[${oursOf(ours, folder)}](${path})`,
    how,
  ]);
}

function oursOf(ours: Row['ours'], folder: URL): string {
  if (typeof ours === 'string') {
    if (!read(folder, 'README.md').includes(ours))
      throw new Error(`${folder.pathname}README.md must say '${ours}'.`);
    return ours;
  }
  if ('summary' in ours) {
    const { lines } = JSON.parse(read(folder, ours.summary)) as { lines: string[] };
    const line = lines[ours.line];
    if (line === undefined) throw new Error(`${folder.pathname}${ours.summary} has no line ${ours.line}.`);
    return line.trim();
  }
  const evaluation = read(folder, ours.events)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; views: number; top1Error: number; top5Error: number })
    .filter(({ type, views }) => type === 'evaluation' && views === ours.views)
    .at(-1);
  if (!evaluation)
    throw new Error(`${folder.pathname}${ours.events} has no evaluation with ${ours.views} views.`);
  const percent = (error: number): string => `${(100 * error).toFixed(1)}%`;
  return `${percent(evaluation.top1Error)} / ${percent(evaluation.top5Error)}`;
}

function read(folder: URL, name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

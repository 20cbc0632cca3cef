import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNames, readSynsetWords, readWords } from './class-words.js';
import { failure, temporaryFolder } from './generate-ilsvrc.test-data.js';
import { readKaggleLabels } from './layouts/kaggle-tables.js';

const utf16le = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const windows = (text: string): string => text.replaceAll('\n', '\r\n');

async function file(content: string | Buffer, name = 'words.txt'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

async function words(content: string | Buffer): Promise<[string, string][]> {
  return [...(await readWords(join(await file(content), '..')))];
}

const RIGHT = [
  ['n01', 'tench, Tinca tinca'],
  ['n02', 'a "great" crème'],
];
const TABS = 'n01\ttench, Tinca tinca\nn02\ta "great" crème\n';

test.each([
  ['with a byte order mark', `\ufeff${TABS}`],
  ['with the line ends of Windows', windows(TABS)],
  ['with the line ends of an old Mac', TABS.replaceAll('\n', '\r')],
  ['in UTF-16 by Notepad and Excel', utf16le(windows(TABS))],
  ['in UTF-16, big-endian', utf16le(TABS).swap16()],
  ['with blank lines', `\n${TABS.replace('\n', '\n  \n,,\n')}\n\t\n`],
  ['with tabs and quotes', 'n01\t"tench, Tinca tinca"\nn02\t"a ""great"" crème"\n'],
  ['with commas and quotes', 'n01,"tench, Tinca tinca",,\n"n02","a ""great"" crème",,\n'],
  ['with semicolons', 'n01;tench, Tinca tinca;\nn02;a "great" crème;;\n'],
])('words.txt is read as it is saved %s', async (_, content) => {
  expect(await words(content)).toEqual(RIGHT);
});

test('a class without words is left out of words.txt, a row without a class is refused', async () => {
  expect(await words('n01\t\nn02\t  \nn03\t""\nn04,\nmy dog\t\nn06\tcat\n')).toEqual([['n06', 'cat']]);
  expect(await failure(words('n01\ttench\n\nn02 goldfish\n'))).toMatch(
    /words\.txt: line 3 must be '<class><TAB><words>', got 'n02 goldfish'\.$/,
  );
  expect(await failure(words('n01\n'))).toContain('line 1 must be');
  expect(await failure(words('n01\ttench\n,goldfish\n'))).toContain('line 2 must be');
});

test('a table that is not text is refused by its name', async () => {
  expect(await failure(words(Buffer.from('n01\tcrème\n', 'latin1')))).toMatch(
    /words\.txt is not UTF-8 text; save it as UTF-8\.$/,
  );
  expect(await failure(words(Buffer.from('n01\ta\n', 'utf16le')))).toContain('is not UTF-8 text');
});

test.each([
  ['plain', 'n01 tench, Tinca tinca\nn02 a "great" crème\n'],
  ['in UTF-16', utf16le('n01 tench, Tinca tinca\r\nn02\ta "great" crème\r\n\r\n')],
  ['by a spreadsheet in one column', '"n01 tench, Tinca tinca"\n"n02 a ""great"" crème"\n'],
  ['by a spreadsheet in columns', 'n01,"tench, Tinca tinca"\n"n02";"a ""great"" crème";\n'],
])('synset words are read as they are saved %s', async (_, content) => {
  const read = await readSynsetWords(await file(content));
  expect(read.map((item) => [item.wnid, item.words])).toEqual(RIGHT);
});

test('a blank line that would shift the labels is refused with its number', async () => {
  expect(await failure(readSynsetWords(await file('n01 a\n\nn02 b\n')))).toMatch(
    /: line 2 must be '<wnid> <words>', got ''\.$/,
  );
  expect(await failure(readNames(await file('cat\n\ndog\n')))).toMatch(
    /: line 2 must be the name of label 1, got ''\.$/,
  );
  expect(await readNames(await file('\ufeffcat\r\n"dog, puppy"\r\n\r\n\r\n'))).toEqual(['cat', 'dog, puppy']);
});

test.each([
  'wnid words',
  'Synset ID\tname',
  'WordNet ID\tname',
  'WordNet-ID,"Words"',
  '"class_id";"class_name"',
])('a heading (%s) above WordNet IDs has no label', async (heading) => {
  const classes = await readSynsetWords(await file(`${heading}\nn00000001 a\nn00000002 b\n`));
  expect(classes.map(({ wnid }) => wnid)).toEqual(['n00000001', 'n00000002']);
});

test('a first row that may be a class is one', async () => {
  const first = async (content: string): Promise<string | undefined> =>
    (await readSynsetWords(await file(content)))[0]?.wnid;
  expect(await first('background none\nn00000001 a\n')).toBe('background');
  expect(await first('folder for papers\nlabel for bottles\n')).toBe('folder');
  expect(await first('id card\n')).toBe('id');
});

test('a heading above the names of all labels is not a name', async () => {
  const names = await file('Class name\ncat\ndog\n');
  expect(await readNames(names, 2)).toEqual(['cat', 'dog']);
  expect(await readNames(names, 3)).toEqual(['Class name', 'cat', 'dog']);
});

test('Kaggle’s solutions are read as a spreadsheet saves them', async () => {
  const classes = [
    { wnid: 'n01', words: 'a' },
    { wnid: 'n02', words: 'b' },
  ];
  const labels = async (text: string): Promise<number[]> => [
    ...(await readKaggleLabels(await file(text), classes)).labels,
  ];
  expect(await labels('\ufeffId;Boxes\r\n"v2";"n02 1 2 3 4 "\r\n\r\nv1;n01 1 2 3 4;\r\n')).toEqual([0, 1]);
  expect(await labels('v1,n02 1 2 3 4\nv2,n01 1 2 3 4\n')).toEqual([1, 0]); // no heading
  expect(await failure(labels('Id,Boxes\n\nv1,n03 1 2\n'))).toMatch(
    /: line 3 must be '<image>,<wnid> \.\.\.' of a known class, got 'v1,n03 1 2'\.$/,
  );
});

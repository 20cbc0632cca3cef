import { firstSynonym } from '../data/class-name.js';
import type { Classified } from './classify-files.js';
import type { NamedClass } from './named-classifier.js';

const BAR = 20;
const WIDEST_NAME = 40;

/** The classes of an image as lines with bars. */
export function classifiedText(result: Classified, classes: readonly NamedClass[]): string {
  if ('error' in result) return `${result.name}\n  cannot be read: ${result.error}`;
  const names = result.labels.map((label) => shortened(firstSynonym(classes[label]?.words ?? '')));
  const width = Math.max(...names.map(({ length }) => length));
  const lines = result.probabilities.map((probability, i) => {
    const bar = '█'.repeat(Math.round(BAR * probability)).padEnd(BAR);
    return `  ${(names[i] ?? '').padEnd(width)}  ${bar}  ${(100 * probability).toFixed(1).padStart(5)}%`;
  });
  return [result.name, ...lines].join('\n');
}

/** The classes of an image as a line of JSON. */
export function classifiedJson(result: Classified, classes: readonly NamedClass[]): string {
  if ('error' in result) return JSON.stringify({ image: result.name, error: result.error });
  const found = result.labels.map((label, i) => {
    const { wnid, words } = classes[label] as NamedClass;
    return { label, wnid, words, probability: result.probabilities[i] };
  });
  return JSON.stringify({ image: result.name, classes: found });
}

function shortened(name: string): string {
  return name.length <= WIDEST_NAME ? name : `${name.slice(0, WIDEST_NAME - 3)}...`;
}

import { printable } from '../printable.js';
import { isHiddenName } from '../why-left-out.js';
import { entriesOf } from './list-folder.js';

const MOST_NAMED = 4;

/** A line that names the files and folders of a data set's folder that are not used, without hidden ones. */
export async function unusedEntries(path: string, isUsed: (name: string) => boolean): Promise<string[]> {
  const names = (await entriesOf(path))
    .filter(({ name }) => !isHiddenName(name) && !isUsed(name))
    .map((entry) => printable(entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
  if (names.length === 0) return [];
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return [`Not used in ${path}: ${names.slice(0, MOST_NAMED).join(', ')}${more}.`];
}

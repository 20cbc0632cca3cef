import { badLine } from '../class-words.js';
import type { SplitLabels } from '../devkit/devkit.js';
import type { ImageClass } from '../ilsvrc-source.js';
import { byName } from '../image-names.js';
import { splitRow, tableLines } from '../table-lines.js';

/**
 * Reads `LOC_val_solution.csv` (`<image>,<wnid> <box> ...`): the labels in the order of the images' names.
 */
export async function readKaggleLabels(
  location: string,
  classes: readonly ImageClass[],
): Promise<SplitLabels> {
  const labels = new Map(classes.map(({ wnid }, label) => [wnid, label]));
  const labelOf = (boxes: string): number | undefined => labels.get(/^\S+/.exec(boxes)?.[0] ?? '');
  const rows = (await tableLines(location)).filter(({ text }) => text !== '');
  const isHeading = labelOf(splitRow(rows[0]?.text ?? '')?.[1] ?? '') === undefined;
  const solutions = rows.slice(isHeading ? 1 : 0).map(({ number, text }) => {
    const [image, boxes = ''] = splitRow(text) ?? [];
    const label = labelOf(boxes);
    if (!image || label === undefined) {
      throw badLine(location, number, "must be '<image>,<wnid> ...' of a known class", text);
    }
    return { image, label };
  });
  solutions.sort((a, b) => byName(a.image, b.image)); // images are read in the order of their names
  return { location, labels: Uint32Array.from(solutions, ({ label }) => label) };
}

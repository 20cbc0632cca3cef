import { tableLines } from '../class-words.js';
import type { SplitLabels } from '../devkit/devkit.js';
import type { ImageClass } from '../ilsvrc-source.js';
import { byName } from '../image-names.js';

/**
 * Reads `LOC_val_solution.csv` (`<image>,<wnid> <box> ...`): the labels in the order of the images' names.
 */
export async function readKaggleLabels(
  location: string,
  classes: readonly ImageClass[],
): Promise<SplitLabels> {
  const labels = new Map(classes.map(({ wnid }, label) => [wnid, label]));
  const [, ...rows] = await tableLines(location);
  const solutions = rows.map((line, i) => {
    const [, image, wnid = ''] = /^([^,]+),(\S+)/.exec(line) ?? [];
    const label = labels.get(wnid);
    if (!image || label === undefined) {
      throw new Error(`${location}: line ${i + 2} must be '<image>,<wnid> ...' of a known class.`);
    }
    return { image, label };
  });
  solutions.sort((a, b) => byName(a.image, b.image)); // images are read in the order of their names
  return { location, labels: Uint32Array.from(solutions, ({ label }) => label) };
}

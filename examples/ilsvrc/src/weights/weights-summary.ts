import type { ClassOrder, Preprocessing } from '@alexnet/alexnet-model';
import { classesOf, classNamesOf } from '@alexnet/alexnet-model/classes';
import type * as tfl from '@tensorflow/tfjs-layers';
import { firstSynonym } from '../data/class-name.js';

/** What `import` and `export` print about the weights that they wrote. */
export interface WeightsSummary {
  /** The file or folder written. */
  out: string;
  format: string;
  parameters: number;
  imageSize: number;
  classes: number;
  /** The IDs of the classes in the order of the outputs, 'sorted', or null if it is not known. */
  classOrder: ClassOrder | null;
  /** The words of the classes, or null if they are not known. */
  classNames: readonly string[] | null;
  preprocessing: Preprocessing | null;
}

export function weightsSummary(
  model: tfl.LayersModel,
  rest: Pick<WeightsSummary, 'out' | 'format'> & { preprocessing: Preprocessing | undefined },
): WeightsSummary {
  return {
    out: rest.out,
    format: rest.format,
    parameters: model.countParams(),
    imageSize: Number(model.inputs[0]?.shape[1]),
    classes: Number(model.outputs[0]?.shape[1]),
    classOrder: classesOf(model) ?? null,
    classNames: classNamesOf(model) ?? null,
    preprocessing: rest.preprocessing ?? null,
  };
}

/** The summary as text. */
export function describeWeights({
  out,
  format,
  parameters,
  imageSize,
  classes,
  classOrder,
  classNames,
  preprocessing,
}: WeightsSummary): string {
  const numbers = (values: readonly number[]): string => values.map((value) => +value.toFixed(3)).join(', ');
  const prepared = preprocessing
    ? `input: RGB in 0..255, minus ${numbers(preprocessing.mean)}, divided by ${numbers(preprocessing.std)}${cutOut(preprocessing)}`
    : 'input: unknown preprocessing; set it with --mean and --std';
  return [
    out,
    `  ${format}, ${parameters.toLocaleString('en')} parameters, ${imageSize} x ${imageSize} pixels, ${classes} classes`,
    `  ${prepared}`,
    `  classes: ${orderText(classOrder)}`,
    ...(classNames ? [`  names: ${shown(classNames.map(firstSynonym))}`] : []),
  ].join('\n');
}

function cutOut({ size }: Preprocessing): string {
  return size === undefined ? '' : `, cut out of a square of ${size} px`;
}

/** The number of classes that are shown. */
const SHOWN = 3;

function orderText(order: ClassOrder | null): string {
  if (order === null) return 'in an unknown order; set it with --class-order';
  if (order === 'sorted') return 'sorted by WordNet ID';
  return shown(order);
}

function shown(list: readonly string[]): string {
  return `${list.slice(0, SHOWN).join(', ')}${list.length > SHOWN ? ', ...' : ''}`;
}

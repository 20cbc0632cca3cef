import type { Net } from '../net.js';

/** The names of a net's layers with weights, one list a layer, one name a tower. */
export function layerNames({ convs, dense, towers }: Net): string[][] {
  const letters = towers === 2 ? ['a', 'b'] : [''];
  const of = (name: string): string[] => letters.map((letter) => name + letter);
  return [
    ...convs.map((_, i) => of(`conv${1 + i}`)),
    ...dense.map((_, i) => of(`fc${6 + i}`)),
    [`fc${6 + dense.length}`],
  ];
}

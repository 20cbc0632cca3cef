import type { CropView } from '@alexnet/ten-crop';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rgb } from './augment-options.js';
import { ViewFuser } from './view-fuser.js';

const f32 = Math.fround;

/** One value of a view, by definition. */
function slow(
  image: Uint8Array,
  size: number,
  crop: number,
  view: CropView,
  [y, x, c]: readonly [number, number, number],
  change: { mean: Rgb | Float32Array; isCentral: boolean; scale: Rgb; shift: Rgb },
): number {
  const at = ((view.top + y) * size + view.left + (view.mirror ? crop - 1 - x : x)) * 3 + c;
  const centre = Math.floor((size - crop) / 2);
  const meanAt = change.isCentral ? ((centre + y) * size + centre + x) * 3 + c : at;
  const mean = (change.mean instanceof Float32Array ? change.mean[meanAt] : change.mean[c]) as number;
  const centred = f32((image[at] as number) - f32(mean));
  return f32(f32(centred + f32(change.shift[c] as number)) * f32(change.scale[c] as number));
}

const rgb = fc.tuple(
  ...([0, 1, 2] as const).map(() => fc.double({ min: -300, max: 300, noNaN: true })),
) as fc.Arbitrary<[number, number, number]>;
const geometry = fc
  .tuple(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), fc.nat(), fc.boolean())
  .map(([size, a, b, c, mirror]) => {
    const crop = 1 + (a % size);
    const spare = size - crop + 1;
    return { size, crop, view: { top: b % spare, left: c % spare, mirror } };
  });

test('a view of any size and position is bit-identical to the slow loop, and nothing else is written', () => {
  const property = fc.property(
    geometry,
    fc.constantFrom('image', 'central', 'channel'),
    rgb,
    rgb,
    rgb,
    ({ size, crop, view }, kind, channels, shift, scale) => {
      const image = Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 97 + size) & 255);
      const meanImage = Float32Array.from(image, (_, i) => ((i * 31) % 251) + 0.37);
      const change = {
        mean: kind === 'channel' ? channels : meanImage,
        isCentral: kind === 'central',
        scale,
      };
      const fuser = new ViewFuser(size, crop, change);
      fuser.pixels.set(image);
      const length = crop * crop * 3;
      const [out, bytes] = [new Float32Array(length + 20).fill(7), new Uint8Array(length + 20).fill(7)];
      fuser.fuse(out, 10, view, shift);
      fuser.cut(bytes, 10, view);
      const margin = Array(10).fill(7);
      const [floats, cut] = [[...margin], [...margin]];
      for (let y = 0; y < crop; y++)
        for (let x = 0; x < crop; x++)
          for (const c of [0, 1, 2]) {
            floats.push(slow(image, size, crop, view, [y, x, c], { ...change, shift }));
            cut.push(
              slow(image, size, crop, view, [y, x, c], {
                mean: [0, 0, 0],
                isCentral: false,
                shift: [0, 0, 0],
                scale: [1, 1, 1],
              }),
            );
          }
      expect(out).toEqual(Float32Array.from([...floats, ...margin]));
      expect(bytes).toEqual(Uint8Array.from([...cut, ...margin]));
    },
  );
  fc.assert(property, { numRuns: 60, seed: 2012 });
});

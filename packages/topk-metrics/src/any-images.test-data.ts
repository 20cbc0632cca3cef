import fc from 'fast-check';

/** Images for tests: their true labels and the probabilities of six classes, many of them tied. */
export interface Images {
  rows: number[][];
  labels: number[];
}

/** The number of classes of {@link anyImages}. */
export const CLASSES = 6;

const probability = fc.oneof(
  fc.constantFrom(0, 0.1, 0.2, 1 / 3, 0.5, 2 / 3, 1),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

/** An arbitrary batch of at most 20 images. */
export const anyImages: fc.Arbitrary<Images> = fc
  .array(
    fc.record({
      row: fc.array(probability, { minLength: CLASSES, maxLength: CLASSES }),
      label: fc.nat(CLASSES - 1),
    }),
    { maxLength: 20 },
  )
  .map((images) => ({ rows: images.map(({ row }) => row), labels: images.map(({ label }) => label) }));

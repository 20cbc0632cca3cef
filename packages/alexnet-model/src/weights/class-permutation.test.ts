import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classPermutation } from '../classes.js';

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 40 });

describe('classPermutation', () => {
  test('says where each class of the second order is in the first', () => {
    fc.assert(
      fc.property(
        ids.chain((from) =>
          fc.tuple(fc.constant(from), fc.shuffledSubarray(from, { minLength: from.length })),
        ),
        ([from, to]) => {
          expect(classPermutation(from, to).map((i) => from[i])).toEqual(to);
        },
      ),
    );
  });

  test("'sorted' stands for the sorted IDs of the other order, in both directions", () => {
    const devkit = ['n02119789', 'n02100735', 'n01440764'];
    expect(classPermutation('sorted', devkit)).toEqual([2, 1, 0]);
    expect(classPermutation(devkit, 'sorted')).toEqual([2, 1, 0]);
    const turned = ['n00000002', 'n00000003', 'n00000001'];
    expect(classPermutation('sorted', turned)).toEqual([1, 2, 0]);
    expect(classPermutation(turned, 'sorted')).toEqual([2, 0, 1]);
  });

  test.each<[from: unknown, to: unknown, message: string]>([
    [['a', 'b'], ['b', 'c'], "from and to must have the same classes (classPermutation), but class 1 of to, 'c', is not in from."],
    [['a', 'b'], ['a'], "but from has 2 and to has 1: class 1 of from, 'b', is not in to."],
    [['a'], ['a', 'b'], "but from has 1 and to has 2: class 1 of to, 'b', is not in from."],
    [['a', 'b', 'a'], 'sorted', "from must be a list of different IDs (classPermutation), got 'a' as class 0 and as class 2."],
    [['a'], ['a', ''], "to must be a list of IDs (classPermutation), got '' as class 1."],
    [['a', 7], ['a'], 'from must be a list of IDs (classPermutation), got 7 as class 1.'],
    [undefined, ['a'], "from must be a list of IDs or 'sorted' (classPermutation), got undefined."],
    [['a'], 'devkit', "to must be a list of IDs or 'sorted' (classPermutation), got 'devkit'."],
    ['sorted', ['0', '1', '10'], "to must list WordNet IDs such as n01440764 if the other is 'sorted' (classPermutation), got '0' as class 0."],
    ['sorted', 'sorted', "from or to must be a list of IDs (classPermutation), got 'sorted' for both."],
  ])('%j to %j is refused: %s', (from, to, message) => {
    expect(() => classPermutation(from as string[], to as string[])).toThrow(RangeError);
    expect(() => classPermutation(from as string[], to as string[])).toThrow(message);
  }); // biome-ignore format: a table
});

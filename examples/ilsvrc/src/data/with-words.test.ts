import { expect, test } from 'vitest';
import { withWords } from './with-words.js';

test("WordNet IDs without words get ImageNet's, and all other classes stay as they are", async () => {
  const bare = (wnid: string) => ({ wnid, words: wnid });
  const own = { wnid: 'n01440764', words: 'my fish' };
  const others = [own, bare('n00000001'), bare('cats'), { wnid: 'cats2', words: 'n01440764' }];
  expect(await withWords([bare('n01440764'), ...others, bare('n03888257')])).toEqual([
    { wnid: 'n01440764', words: 'tench, Tinca tinca' },
    ...others,
    { wnid: 'n03888257', words: 'parachute, chute' },
  ]);
  const named = [own];
  expect(await withWords(named)).toBe(named);
});

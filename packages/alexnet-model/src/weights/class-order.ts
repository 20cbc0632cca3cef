import { describeValue } from '@alexnet/validate';

/**
 * The order of a model's outputs: the WordNet IDs of the classes (or their other names), one for each
 * output. Or the word 'sorted', if the outputs follow the sorted IDs but the IDs themselves are not stored, as
 * in published ImageNet weights.
 */
export type ClassOrder = readonly string[] | 'sorted';

const MAX_LENGTH = 1000;

/** The rule that a class order breaks, or undefined if it breaks none. */
export function brokenClassRule(value: unknown): { rule: string; got: string } | undefined {
  if (value === 'sorted') return undefined;
  if (!Array.isArray(value)) return { rule: "a list of IDs or 'sorted'", got: describeValue(value) };
  const firsts = new Map<unknown, number>();
  for (const [i, id] of (value as unknown[]).entries()) {
    if (typeof id !== 'string' || id === '' || id.length > MAX_LENGTH) {
      return { rule: 'a list of IDs', got: `${describeValue(id).slice(0, 60)} as class ${i}` };
    }
    const first = firsts.get(id);
    if (first !== undefined) {
      return { rule: 'a list of different IDs', got: `'${id}' as class ${first} and as class ${i}` };
    }
    firsts.set(id, i);
  }
  return undefined;
}

/** The rule that the names of classes break, or undefined if they break none. Several classes may have one name. */
export function brokenNameRule(value: unknown): { rule: string; got: string } | undefined {
  if (!Array.isArray(value)) return { rule: 'a list of names', got: describeValue(value) };
  const wrong = (value as unknown[]).findIndex((name) => typeof name !== 'string' || name === '');
  if (wrong < 0) return undefined;
  return { rule: 'a list of names', got: `${describeValue(value[wrong]).slice(0, 60)} as class ${wrong}` };
}

/** Whether two orders are the same, as far as they say. */
export function isSameOrder(a: ClassOrder | undefined, b: ClassOrder | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

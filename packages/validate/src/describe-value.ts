/**
 * A value as an error message shows it: text in quotes, a list with its items, an object by its keys, a
 * tensor as `float32 [2, 3]`.
 *
 * @example
 * describeValue(tf.ones([2, 3])); // 'float32 [2, 3]'
 * describeValue(['a', NaN]); // "['a', NaN]"
 */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if ('dtype' in value && 'shape' in value && Array.isArray(value.shape)) {
    return `${value.dtype} [${value.shape.join(', ')}]`;
  }
  if (value instanceof ArrayBuffer) return 'an ArrayBuffer';
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (Array.isArray(value)) {
    const shown = value.slice(0, 8).map(describeValue).join(', ');
    return value.length > 8 ? `[${shown}, ...] (${value.length} items)` : `[${shown}]`;
  }
  return `an object with ${Object.keys(value).slice(0, 8).join(', ') || 'no keys'}`;
}

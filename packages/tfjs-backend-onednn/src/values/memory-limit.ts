/**
 * The number of bytes that tensors may hold, from the option or else from ALEXNET_ONEDNN_MEMORY_LIMIT;
 * undefined if neither is set.
 *
 * @throws RangeError unless the limit is a number > 0.
 */
export function chosenMemoryLimit(option: number | undefined): number | undefined {
  const text = process.env.ALEXNET_ONEDNN_MEMORY_LIMIT;
  if (option === undefined && !text) return undefined;
  const [name, limit] =
    option === undefined ? ['ALEXNET_ONEDNN_MEMORY_LIMIT', Number(text)] : ['memoryLimit', option];
  if (limit > 0) return limit;
  throw new RangeError(
    `${name} must be a number of bytes > 0 (registerOneDnnBackend), got ${option ?? text}.`,
  );
}

/**
 * The bytes of memory that tensors may hold: the option, or else ALEXNET_ONEDNN_MEMORY_LIMIT, or no limit.
 *
 * @throws RangeError unless it is a number of bytes.
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

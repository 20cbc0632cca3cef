/**
 * What DataParallel, torch.compile, FSDP and activation checkpointing put into the names of the modules that
 * they wrap, in front (`module.features.0`) or in the middle (`features.module.0`).
 */
const wrappers = new Set(['module', '_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module']);

/** The name of a layer or tensor as it was before its module was wrapped. */
export function unwrappedName(name: string): string {
  const parts = name.split('.');
  return parts.filter((part) => !wrappers.has(part)).join('.');
}

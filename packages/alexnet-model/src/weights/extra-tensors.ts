/** Last parts of the names of tensors that count something and take no part in what a net computes. */
const counters = new Set(['num_batches_tracked', 'n_averaged', 'total_ops', 'total_params', '_extra_state']);

/** Whether a tensor counts batches, models or operations, as batch norm, an average of models and thop do. */
export function isCounter(name: string): boolean {
  return counters.has(name.split('.').at(-1) ?? '');
}

/** Names of modules that training has beside a net and that its output does not depend on. */
const modules = new Set([
  'auxlogits',
  'criterion',
  'critic',
  'discriminator',
  'domain_classifier',
  'domain_discriminator',
  'encoder_k',
  'momentum_encoder',
  'optimizer',
  'queue',
  'queue_ptr',
  'target_encoder',
]);
const words = new Set(['aux', 'auxiliary', 'ema', 'loss', 'swa', 'teacher']);

/** Whether a tensor belongs to a teacher, an average, an auxiliary head or a loss beside the net. */
export function isAuxiliary(name: string): boolean {
  return name
    .toLowerCase()
    .split(/[./]/)
    .some((part) => modules.has(part) || part.split('_').some((word) => words.has(word.replace(/\d+$/, ''))));
}

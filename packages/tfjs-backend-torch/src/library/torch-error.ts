/** A call that PyTorch refused; the message has the operator and PyTorch's own text. */
export class TorchError extends Error {
  override readonly name = 'TorchError';
  /** The ATen operator or the C function. */
  readonly operation: string;

  constructor(operation: string, reason: string) {
    super(`PyTorch refused ${operation}: ${reason}`);
    this.operation = operation;
  }
}

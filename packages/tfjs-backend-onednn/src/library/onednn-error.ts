/** The meaning of `dnnl_status_t`, by value. */
const statusNames = [
  'success',
  'out of memory',
  'invalid arguments',
  'unimplemented',
  'iterator ends',
  'runtime error',
  'not required',
] as const;

/** `dnnl_unimplemented`: this build of oneDNN does not implement the operation for these shapes and types. */
const UNIMPLEMENTED = 3;

/** A call that oneDNN refused; the message names the operation with its shapes, and the status. */
export class OneDnnError extends Error {
  override readonly name = 'OneDnnError';
  readonly status: number;

  constructor(operation: string, status: number) {
    super(`oneDNN refused ${operation}: ${statusNames[status] ?? 'unknown status'} (dnnl status ${status}).`);
    this.status = status;
  }

  /** True if another implementation, such as tfjs's own kernel, may still do the work. */
  get isUnimplemented(): boolean {
    return this.status === UNIMPLEMENTED;
  }
}

/** @throws OneDnnError unless `status` is 0. */
export function checkStatus(operation: string, status: number): void {
  if (status !== 0) throw new OneDnnError(operation, status);
}

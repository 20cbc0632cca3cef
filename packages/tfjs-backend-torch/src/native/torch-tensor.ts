import type { Address } from './c-abi.js';

/** A handle of an `at::Tensor`, which its owner deletes exactly once. */
export class TorchTensor {
  readonly address: Address;
  isDeleted = false;

  constructor(address: Address) {
    this.address = address;
  }
}

/** A float argument of an operator; a plain number is an int. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** An argument whose type in the schema is optional, such as `int? dim`; `null` stands for none. */
export class Some {
  readonly value: Argument;

  constructor(value: Argument) {
    this.value = value;
  }
}

/** An argument of an ATen operator: int, bool, float, tensor, list, optional, none. */
export type Argument = number | boolean | Float | TorchTensor | readonly Argument[] | Some | null;

/** `float` in a schema. */
export function float(value: number): Float {
  return new Float(value);
}

/** `T?` in a schema. */
export function some(value: Argument): Some {
  return new Some(value);
}

/** A class or function that a pickle names. It is never looked up and never called. */
export class PickledName {
  readonly name: string;

  constructor(name: string) {
    this.name = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name;
  }
}

/** Errors quote a name up to this length. */
const LONGEST_NAME = 80;

/**
 * What a pickle would have made by a call of a name that weights do not need, such as an
 * `argparse.Namespace` beside the state dict. It only holds what the pickle says about it.
 */
export class PickledObject {
  readonly name: string;
  /** What the pickle sets as its attributes. */
  state: unknown;
  /** What the pickle puts into it as into a dictionary. */
  readonly items: Map<unknown, unknown> = new Map();

  constructor(name: string) {
    this.name = name;
  }
}

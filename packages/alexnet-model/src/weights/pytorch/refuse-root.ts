import { PickledName, PickledObject } from './pickled-object.js';
import { resaveHint, resaving } from './resave-hint.js';

/** Refuses what a pickle holds where it has no state dict, and says what to type in Python. */
export function refuseRoot(root: unknown): never {
  if (root instanceof PickledName || root instanceof PickledObject) {
    throw new RangeError(
      `the pickle names ${root.name}, which is not allowed in place of a state dict; ${remedyFor(root)}`,
    );
  }
  const [key, module] = moduleIn(root);
  if (module === undefined) throw new RangeError(`it does not hold a state dict; ${resaveHint}`);
  const expression = `torch.load('checkpoint.pth', weights_only=False)['${key}'].state_dict()`;
  throw new RangeError(
    `it does not hold a state dict, and its '${key}' is a whole ${module.name}; ${resaving(expression)}`,
  );
}

/** Loading runs the code that a pickle names, so it is only proposed for modules. */
function remedyFor(root: PickledName | PickledObject): string {
  if (root.name.startsWith('__torch__.')) {
    return `it is TorchScript; ${resaving("torch.jit.load('model.pt').state_dict()")}`;
  }
  return isModule(root) ? resaving("torch.load('model.pth', weights_only=False).state_dict()") : resaveHint;
}

function moduleIn(root: unknown): [key: string, module: PickledObject | undefined] {
  if (root instanceof Map) {
    for (const [key, value] of root) if (isModule(value)) return [String(key).slice(0, 40), value];
  }
  return ['', undefined];
}

/** Whether an object is a torch.nn.Module, whose attributes have these dictionaries. */
function isModule(value: unknown): value is PickledObject {
  if (!(value instanceof PickledObject) || !(value.state instanceof Map)) return false;
  return value.state.has('_modules') && value.state.has('_parameters');
}

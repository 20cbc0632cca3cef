/** What to type in Python where a file of PyTorch cannot be read. */
export const resaveHint: string = resaving('model.state_dict()');

/** What to type in Python so that a file has each value of a state dict as an expression makes it of `value`. */
export function resavingEach(expression: string): string {
  return resaving(`{name: ${expression} for name, value in state_dict.items()}`);
}

/** What to type in Python to save an expression that gives a state dict. */
export function resaving(stateDict: string): string {
  return `in Python, torch.save(${stateDict}, 'weights.pth') writes a file that can be read`;
}

/** What to do about a quantized net, whose integers are no weights without their scales. */
export const quantizedHint = 'in Python, save the state dict of the net before it is quantized';

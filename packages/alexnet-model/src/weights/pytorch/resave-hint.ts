/** What to type in Python where a file of PyTorch cannot be read. */
export const resaveHint =
  "in Python, torch.save(model.state_dict(), 'weights.pth') writes a file that can be";

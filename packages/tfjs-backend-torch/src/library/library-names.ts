/** The name of one of PyTorch's libraries on this system, 'libtorch_cpu.so'. */
export function libraryFile(name: 'c10' | 'torch_cpu' | 'torch_cuda' | 'torch_xpu'): string {
  return `lib${name}.${process.platform === 'darwin' ? 'dylib' : 'so'}`;
}

/** A GPU that WebGPU can use, in hardware or emulated in software. */
export interface GpuAdapter {
  /** The name that its driver gives: 'NVIDIA GeForce RTX 4090', 'SwiftShader Device (Subzero)'. */
  name: string;
  /** The API through which it is used: 'vulkan', 'metal', 'd3d12'. */
  api: string;
  /** True if it is emulated on the CPU. It is exact but far slower than the other backends there. */
  isSoftware: boolean;
}

/** Whether this is the name of a software GPU from Chromium, Mesa or Windows. */
export function isSoftwareName(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i.test(name);
}

/** Describes an adapter for `device`, so that a software GPU is never mistaken for a GPU. */
export function describeAdapter({ name, api, isSoftware }: GpuAdapter): string {
  return isSoftware ? `CPU, no GPU: emulated by ${name} (${api})` : `GPU ${name} (${api})`;
}

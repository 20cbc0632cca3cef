/** A GPU that WebGPU can use, or a program that plays one. */
export interface GpuAdapter {
  /** Its driver's name for it: 'NVIDIA GeForce RTX 4090', 'SwiftShader Device (Subzero)'. */
  name: string;
  /** What it is driven through: 'vulkan', 'metal', 'd3d12'. */
  api: string;
  /** A program that computes on the CPU: exact, and far slower than the other backends there. */
  isSoftware: boolean;
}

/** Whether a name is that of a program that plays a GPU: Chromium's, Mesa's or Windows' own. */
export function isSoftwareName(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i.test(name);
}

/** What `device` says of an adapter: nobody should take a program for a GPU. */
export function describeAdapter({ name, api, isSoftware }: GpuAdapter): string {
  return isSoftware ? `CPU, no GPU: ${name} plays one (${api})` : `GPU ${name} (${api})`;
}

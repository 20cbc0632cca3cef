import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { BackendName } from '@alexnet/backends';
import type { Probe } from './probe-backends.js';

/** The next faster backend, and the command that installs it. */
export interface NextFaster {
  backend: BackendName;
  /** The commands to type, best first. */
  commands: string[];
  why: string;
}

/** How this machine can get a faster backend, or undefined if there is none. */
export async function nextFaster(
  chosen: BackendName | undefined,
  probes: readonly Probe[],
): Promise<NextFaster | undefined> {
  const found = (name: BackendName): boolean => probes.some((probe) => probe.name === name && probe.found);
  const gpu = probes.flatMap(({ adapters = [] }) => adapters).find(({ isSoftware }) => !isSoftware);
  if (gpu && chosen !== 'webgpu') {
    return {
      backend: 'webgpu',
      commands: [ownCommand('doctor --backend webgpu')],
      why: `try ${gpu.name}, which 'auto' does not use`,
    };
  }
  const isGpu = chosen === 'torch' && !probes.find(({ name }) => name === chosen)?.device?.startsWith('CPU');
  if (isGpu) return undefined;
  const isSlow =
    chosen === 'torch' ||
    chosen === 'wasm' ||
    chosen === 'cpu' ||
    (chosen === 'webgpu' && !gpu) ||
    chosen === undefined;
  if (isSlow && found('onednn')) {
    return {
      backend: 'onednn',
      commands: [ownCommand('doctor --backend onednn')],
      why: 'it is installed and faster',
    };
  }
  if (isSlow) {
    const commands = await oneDnnCommands();
    if (commands.length > 0) return { backend: 'onednn', commands, why: 'it uses the CPU at full speed' };
  }
  if (chosen === 'cpu')
    return {
      backend: 'wasm',
      commands: [ownCommand('doctor --backend wasm')],
      why: 'it is installed and faster',
    };
  if (gpu) return undefined;
  const why = 'if there is a GPU (NVIDIA requires its own driver)';
  return { backend: 'webgpu', commands: webGpuCommands(probes), why };
}

/** The missing packages or, if none are missing, the driver of the GPU. */
function webGpuCommands(probes: readonly Probe[]): string[] {
  const reason = probes.find(({ name }) => name === 'webgpu')?.reason ?? '';
  const install = /npm install [^.;]+/.exec(reason)?.[0];
  if (install) return [install];
  return process.platform === 'linux'
    ? ['apt install libvulkan1 mesa-vulkan-drivers']
    : ["install the GPU's driver"];
}

/** The commands that install oneDNN on this system. */
async function oneDnnCommands(): Promise<string[]> {
  if (process.env.ALEXNET_ONEDNN_LIBRARY)
    return ['unset ALEXNET_ONEDNN_LIBRARY', ...(await packageCommands())];
  return packageCommands();
}

async function packageCommands(): Promise<string[]> {
  if (process.platform === 'darwin') return ['brew install onednn'];
  if (process.platform !== 'linux') return [];
  const fetched = await aptPackage();
  if (fetched) return [`apt install ${fetched}`, `${ownCommand('setup')}  (into .onednn/, needs no root)`];
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const id = /^ID="?([^"\n]*)/m.exec(release)?.[1] ?? '';
  const others: Record<string, string> = { fedora: 'dnf install onednn', arch: 'pacman -S onednn' };
  return others[id] ? [others[id]] : ['conda install -c conda-forge onednn'];
}

/** The apt package of the library on this system: libdnnl2 in Debian 12, libdnnl3.6 in Debian 13. */
async function aptPackage(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('apt-cache', ['pkgnames', 'libdnnl'], { timeout: 10_000 });
    return stdout
      .split('\n')
      .filter((name) => /^libdnnl[23][0-9.]*$/.test(name))
      .sort()
      .at(-1);
  } catch {
    return undefined;
  }
}

/** A command of this program as the user types it: through npx, through a script of the repository, or bare. */
function ownCommand(args: string): string {
  const { npm_lifecycle_event: script } = process.env;
  if (!script) return `alexnet ${args}`;
  if (script === 'npx') return `npx alexnet ${args}`;
  return args === 'setup' ? 'npm run setup' : `npm run alexnet -- ${args}`;
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { BackendName } from '@alexnet/backends';
import type { Probe } from './probe-backends.js';

/** The next faster backend, and the command that brings it. */
export interface NextFaster {
  backend: BackendName;
  /** What to type, the first choice first; none where it is there and only has to be asked for. */
  commands: string[];
  why: string;
}

/** What stands between this machine and a faster backend; undefined where there is none to be had. */
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
      why: `try ${gpu.name}: 'auto' does not take it`,
    };
  }
  const isSlow =
    chosen === 'wasm' || chosen === 'cpu' || (chosen === 'webgpu' && !gpu) || chosen === undefined;
  if (isSlow && found('onednn')) {
    return {
      backend: 'onednn',
      commands: [ownCommand('doctor --backend onednn')],
      why: 'it is there, and faster',
    };
  }
  if (isSlow) {
    const commands = await oneDnnCommands();
    if (commands.length > 0) return { backend: 'onednn', commands, why: 'the CPU at its full speed' };
  }
  if (chosen === 'cpu')
    return {
      backend: 'wasm',
      commands: [ownCommand('doctor --backend wasm')],
      why: 'it is there, and faster',
    };
  if (gpu) return undefined;
  const why = 'if there is a GPU (NVIDIA: its own driver)';
  return { backend: 'webgpu', commands: webGpuCommands(probes), why };
}

/** The packages that are missing, and the driver that the GPU needs where they are not. */
function webGpuCommands(probes: readonly Probe[]): string[] {
  const reason = probes.find(({ name }) => name === 'webgpu')?.reason ?? '';
  const install = /npm install [^.;]+/.exec(reason)?.[0];
  if (install) return [install];
  return process.platform === 'linux'
    ? ['apt install libvulkan1 mesa-vulkan-drivers']
    : ["install the GPU's driver"];
}

/** How this very system gets oneDNN. */
async function oneDnnCommands(): Promise<string[]> {
  if (process.env.ALEXNET_ONEDNN_LIBRARY)
    return ['unset ALEXNET_ONEDNN_LIBRARY', ...(await packageCommands())];
  return packageCommands();
}

async function packageCommands(): Promise<string[]> {
  if (process.platform === 'darwin') return ['brew install onednn'];
  if (process.platform !== 'linux') return [];
  const fetched = await aptPackage();
  if (fetched) return [`apt install ${fetched}`, `${ownCommand('setup')}  (no root, into .onednn/)`];
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const id = /^ID="?([^"\n]*)/m.exec(release)?.[1] ?? '';
  const others: Record<string, string> = { fedora: 'dnf install onednn', arch: 'pacman -S onednn' };
  return others[id] ? [others[id]] : ['conda install -c conda-forge onednn'];
}

/** The package of Debian's kind that carries the library here: libdnnl2 in Debian 12, libdnnl3.6 in 13. */
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

/** This program's own command as its caller would type it: in the repository it is started by npm. */
function ownCommand(args: string): string {
  if (!process.env.npm_lifecycle_event) return `alexnet ${args}`;
  return args === 'setup' ? 'npm run setup' : `npm run alexnet -- ${args}`;
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@alexnet/machine';
import type { Device } from '../devices/device.js';
import type { Channel, LinkPlan, NetworkAddress } from '../protocol/messages.js';
import { openChannel } from './shared-link.js';

/** Characters in the path of a socket on macOS; Linux allows 107. */
const LONGEST_SOCKET_PATH = 103;

/** How two towers are linked. */
interface PlannedLink {
  /**
   * The plan for each tower. The tower that waits for the connection comes first, and its plan must be sent
   * first.
   */
  plans: readonly { index: 0 | 1; plan: LinkPlan }[];
  /** Present if the two share memory. */
  channels?: readonly [toA: Channel, toB: Channel] | undefined;
  /** Removes what is no longer needed once the two are connected. */
  forget(): Promise<void>;
}

/**
 * Chooses the link by what the two devices share: memory, a socket of their machine, or the address of a
 * served device.
 *
 * @param runs The run ids of the towers that are served.
 * @param largest The number of values in the largest message.
 */
export async function planLink(
  devices: readonly [Device, Device],
  runs: readonly (string | undefined)[],
  largest: number,
): Promise<PlannedLink> {
  if (devices.every(({ shares }) => shares === 'memory')) {
    const channels = [openChannel(largest), openChannel(largest)] as const;
    const plan = { type: 'memory', channels } as const;
    return { ...inOrder(0, plan, plan), channels, forget: async () => {} };
  }
  const server = devices.findIndex(({ shares }) => shares === 'network') as -1 | 0 | 1;
  if (server !== -1) {
    const { address } = devices[server];
    const reach = { address: address as NetworkAddress, run: runs[server] as string };
    return { ...inOrder(server, { type: 'accept' }, { type: 'reach', ...reach }), forget: async () => {} };
  }
  const folder = await temporaryFolder('alexnet-towers-', ['/dev/shm', process.cwd()], {
    longest: LONGEST_SOCKET_PATH - '/link'.length,
  });
  const path = join(folder, 'link');
  return {
    ...inOrder(0, { type: 'listen', path }, { type: 'connect', path }),
    forget: () => rm(folder, { recursive: true, force: true }),
  };
}

function inOrder(waits: 0 | 1, first: LinkPlan, second: LinkPlan): Pick<PlannedLink, 'plans'> {
  return {
    plans: [
      { index: waits, plan: first },
      { index: waits === 0 ? 1 : 0, plan: second },
    ],
  };
}

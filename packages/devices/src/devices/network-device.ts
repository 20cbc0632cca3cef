import { randomUUID } from 'node:crypto';
import { reach } from '../protocol/handshake.js';
import type { FromTower, NetworkAddress, ToTower } from '../protocol/messages.js';
import { SocketPort } from '../protocol/socket-port.js';
import type { Device, TowerProgram } from './device.js';

/**
 * A device on another machine that runs `serveDevice`. The other device must be able to reach it at the same
 * address. Images, weights and gradients are not encrypted, so use a trusted network or a tunnel.
 */
export function networkDevice({ host, port, token }: NetworkAddress): Device {
  return {
    name: `${host}:${port}`,
    backend: {},
    shares: 'network',
    address: { host, port, token },
    open: () => openNetwork({ host, port, token }),
  };
}

function openNetwork(address: NetworkAddress): TowerProgram {
  const run = randomUUID();
  const listeners: ((message: FromTower) => void)[] = [];
  let end: (reason: string) => void = () => {};
  const gone = new Promise<string>((resolve) => {
    end = resolve;
  });
  const opened = reach(address, 'tower', run).then((socket) => {
    socket.on('error', ({ message }) => end(`its connection broke: ${message}`));
    socket.on('close', () => end('its connection was closed'));
    const port = new SocketPort<FromTower, ToTower>(socket, (message) => {
      for (const listener of listeners) listener(message);
    });
    return { socket, port };
  });
  opened.catch((error: NodeJS.ErrnoException) => end(`it cannot be reached: ${error.message || error.code}`));
  return {
    run,
    post: (message) => {
      opened.then(({ port }) => port.post(message)).catch(() => {}); // reported by onEnd
    },
    onMessage: (listener) => {
      listeners.push(listener);
    },
    onEnd: (listener) => {
      gone.then(listener);
    },
    async end() {
      await opened.then(({ socket }) => socket.destroy()).catch(() => {});
      await gone;
    },
  };
}

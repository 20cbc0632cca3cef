import { randomUUID } from 'node:crypto';
import { reach } from '../protocol/handshake.js';
import type { FromTower, NetworkAddress, ToTower } from '../protocol/messages.js';
import { SocketPort } from '../protocol/socket-port.js';
import type { Device, TowerProgram } from './device.js';

/**
 * A device of another machine, that `serveDevice` serves there. Its address is that under which the other device finds it too.
 * Pictures, weights and gradients travel as they are: for networks that are trusted, or through a tunnel.
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
      opened.then(({ port }) => port.post(message)).catch(() => {}); // told by its end
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

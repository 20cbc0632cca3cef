import type { Socket } from 'node:net';
import { SocketLink } from '../links/socket-link.js';
import { welcome } from '../protocol/handshake.js';
import type { DeviceBackend, FromTower, ToTower } from '../protocol/messages.js';
import { SocketPort } from '../protocol/socket-port.js';
import { runTower } from './run-tower.js';

// The program of a tower for a run on another machine. Its parent hands it the connection of the host, and
// the
// connection of the other tower if that tower connects to this one.
if (!process.send) throw new Error('entry-network.cjs must be started with a channel to its parent');
const backend = JSON.parse(process.argv[2] ?? '{}') as DeviceBackend;
// The parent decides how to end
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

let come: (link: SocketLink) => void = () => {};
const accepted = new Promise<SocketLink>((resolve) => {
  come = resolve;
});
process.on('message', (role: 'tower' | 'link', socket: Socket | undefined) => {
  if (!socket) process.exit(); // the client disconnected before its socket was handed over
  welcome(socket);
  if (role === 'link') {
    come(new SocketLink(socket));
    return;
  }
  for (const event of ['error', 'close'] as const) socket.on(event, () => process.exit());
  let hear: (message: ToTower) => void = () => {};
  const port = new SocketPort<ToTower, FromTower>(socket, (message) => hear(message));
  runTower(
    {
      post: (message) => port.post(message),
      onMessage: (listener) => {
        hear = listener;
      },
    },
    { backend, accepted },
  );
});

import type { DeviceLink } from '../links/device-link.js';
import { LinkError } from '../links/link-error.js';
import { SharedLink } from '../links/shared-link.js';
import { SocketLink } from '../links/socket-link.js';
import { reach } from '../protocol/handshake.js';
import type {
  DeviceBackend,
  FromTower,
  LinkPlan,
  TaskName,
  ToTower,
  TowerTasks,
} from '../protocol/messages.js';
import { machineTime } from '../trace/clock.js';
import { Tower } from './tower.js';

/** The end of a tower's program at which it hears of its tasks. */
export interface TowerEnd {
  post(message: FromTower, transfer?: ArrayBuffer[]): void;
  onMessage(listener: (message: ToTower) => void): void;
}

type Answer = TowerTasks[TaskName]['gives'];

/** What only a served tower has: what it computes with, whoever asks, and the other tower when it comes. */
interface Served {
  backend: DeviceBackend;
  accepted: Promise<SocketLink>;
}

/** What the program of a tower does: one task after the other, until whoever started it ends it. */
export function serveTower(end: TowerEnd, served?: Served): void {
  let index: 0 | 1 = 0;
  let join: ((link: DeviceLink) => Tower) | undefined;
  let tower: Tower | undefined;
  let listening: (() => Promise<SocketLink>) | undefined;

  const joined = (): Tower => {
    if (tower) return tower;
    throw new Error('the tower has no link to the other yet.');
  };
  const linkTo = async (plan: LinkPlan): Promise<DeviceLink | undefined> => {
    if (plan.type === 'memory') {
      const [toA, toB] = plan.channels;
      return index === 0 ? new SharedLink(toB, toA) : new SharedLink(toA, toB);
    }
    if (plan.type === 'connect') return SocketLink.connect(plan.path);
    if (plan.type === 'reach') return new SocketLink(await reach(plan.address, 'link', plan.run));
    listening = plan.type === 'listen' ? await SocketLink.listen(plan.path) : () => accepted(served);
    return undefined;
  };
  const answer = async (message: ToTower): Promise<Answer> => {
    switch (message.task) {
      case 'start': {
        index = message.takes.index;
        const start = { ...message.takes, ...(served && { backend: served.backend }) };
        const started = await Tower.start(start, (news) => end.post(news));
        join = started.join;
        return started.used;
      }
      case 'clock':
        return machineTime();
      case 'link': {
        const link = await linkTo(message.takes);
        if (link) tower = join?.(link);
        return undefined;
      }
      default:
        if (!tower && listening) tower = join?.(await listening());
        return answerJoined(joined(), message);
    }
  };

  let last: Promise<void> = Promise.resolve();
  end.onMessage((message) => {
    last = last.then(async () => {
      try {
        const gives = await answer(message);
        end.post({ gives }, buffersOf(gives));
      } catch (error) {
        end.post({ error: (error as Error).message, isOfLink: error instanceof LinkError });
      }
    });
  });
}

function accepted(served: Served | undefined): Promise<SocketLink> {
  if (served) return served.accepted;
  throw new Error('only a served tower can wait for the other to come.');
}

function answerJoined(
  tower: Tower,
  message: Exclude<ToTower, { task: 'start' | 'link' | 'clock' }>,
): Answer | Promise<Answer> {
  switch (message.task) {
    case 'load':
      tower.load(message.takes);
      return undefined;
    case 'gradients':
      return tower.findGradients(message.takes);
    case 'update':
      return tower.update(message.takes);
    case 'predict':
      return tower.predict(message.takes);
    case 'collect':
      return tower.collect();
    case 'end':
      tower.dispose();
      return undefined;
  }
}

/** The memory of an answer, which need not be copied for another thread. */
function buffersOf(gives: Answer): ArrayBuffer[] {
  if (gives instanceof Float32Array) return [gives.buffer as ArrayBuffer];
  if (typeof gives !== 'object' || !('velocities' in gives)) return [];
  return [gives.weights, gives.velocities].flatMap((named) =>
    Object.values(named).map(({ buffer }) => buffer as ArrayBuffer),
  );
}

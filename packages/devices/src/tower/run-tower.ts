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

/** The tower's end of the connection to the host: tasks come in, answers go out. */
export interface TowerEnd {
  post(message: FromTower, transfer?: ArrayBuffer[]): void;
  onMessage(listener: (message: ToTower) => void): void;
}

type Answer = TowerTasks[TaskName]['gives'];

/**
 * What a served tower has in addition: its own choice of backend, and the peer's link once the peer connects.
 */
interface Served {
  backend: DeviceBackend;
  accepted: Promise<SocketLink>;
}

type Join = (link: DeviceLink) => Tower;

/** Built by 'start'. 'link' joins it to its peer, or leaves it listening until the next task joins it. */
type State =
  | { name: 'empty' }
  | { name: 'built'; index: 0 | 1; join: Join }
  | { name: 'listening'; join: Join; accept: () => Promise<SocketLink> }
  | { name: 'joined'; tower: Tower };

/** Runs the program of a tower: does one task after the other until the host ends it. */
export function runTower(end: TowerEnd, served?: Served): void {
  let state: State = { name: 'empty' };
  const answer = async (message: ToTower): Promise<Answer> => {
    switch (message.task) {
      case 'start': {
        const start = { ...message.takes, backend: served?.backend ?? message.takes.backend };
        const { used, join } = await Tower.start(start, (news) => end.post(news));
        state = { name: 'built', index: start.index, join };
        return used;
      }
      case 'clock':
        return machineTime();
      case 'link':
        state = await linked(state, message.takes, served);
        return undefined;
      default:
        state = await joined(state);
        return answerJoined(state.tower, message);
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

/** Does not wait for the peer: it connects only after the host has heard that this tower listens. */
async function linked(state: State, plan: LinkPlan, served: Served | undefined): Promise<State> {
  if (state.name !== 'built')
    throw new Error(`a tower must be built to be linked, this one is ${state.name}.`);
  const { index, join } = state;
  switch (plan.type) {
    case 'memory': {
      const [toA, toB] = plan.channels;
      const link = index === 0 ? new SharedLink(toB, toA) : new SharedLink(toA, toB);
      return { name: 'joined', tower: join(link) };
    }
    case 'connect':
      return { name: 'joined', tower: join(await SocketLink.connect(plan.path)) };
    case 'reach': {
      const socket = await reach(plan.address, 'link', plan.run);
      return { name: 'joined', tower: join(new SocketLink(socket)) };
    }
    case 'listen':
      return { name: 'listening', join, accept: await SocketLink.listen(plan.path) };
    case 'accept':
      if (!served) throw new Error('only a served tower can wait for its peer to connect.');
      return { name: 'listening', join, accept: () => served.accepted };
  }
}

async function joined(state: State): Promise<Extract<State, { name: 'joined' }>> {
  if (state.name === 'joined') return state;
  if (state.name === 'listening') return { name: 'joined', tower: state.join(await state.accept()) };
  throw new Error('the tower has no link to its peer yet.');
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

/** The memory of an answer, which is transferred to another thread rather than copied. */
function buffersOf(gives: Answer): ArrayBuffer[] {
  if (gives instanceof Float32Array) return [gives.buffer as ArrayBuffer];
  if (typeof gives !== 'object' || !('velocities' in gives)) return [];
  return [gives.weights, gives.velocities].flatMap((named) =>
    Object.values(named).map(({ buffer }) => buffer as ArrayBuffer),
  );
}

import { AppError } from '../../errors.ts';
import { type Arrangement, type GuestAction, type GuestsView, type Invitation, presenterId } from '../../guests.ts';
import type { RequestInput } from '../../signaling.ts';
import { type Switches, showsScreen } from '../capture/camera.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { createPeerConnection } from '../rtc/peer-connection.ts';
import { backoffMs } from '../signaling/retry.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { Contribution, presenterSizeOf } from './contribution.ts';
import { Monitor } from './monitor.ts';
import { Program, type ProgramEvents } from './program.ts';
import type { ProgramSize } from './program-picture.ts';
import { type ReceivedStreams, Receivers } from './receivers.ts';

/** The socket that presents, and the guests as the server last described them to it. */
export type TakingPart = { signaling: Signaling; view: GuestsView };

/** What a desk needs from the studio. */
export type GuestDeskParts = {
  /** `null` while nobody presents from here. */
  takingPart: ReadableStore<TakingPart | null>;
  /** The presenter's own picture and sound; `null` while there is neither. */
  own: ReadableStore<MediaStream | null>;
  switches: ReadableStore<Switches>;
  /** The size of the show's picture. When it changes, so does `own`. */
  size: () => ProgramSize;
  /** The name that this browser remembers of the presenter; `null` if there is none. */
  rememberedName: () => string | null;
  /** Receives what is to be sent to viewers in place of the presenter's own stream; `null` while no guest is on air. */
  program: Store<MediaStream | null>;
  /** Opens the program; tests pass their own. */
  openProgram?: (size: ProgramSize, events: ProgramEvents) => DeskProgram | null;
};

type DeskProgram = Pick<Program, 'stream' | 'show' | 'resize' | 'close'>;

/** What the desk shows. */
export type GuestDeskState = {
  view: GuestsView;
  streams: ReceivedStreams;
  /** The ids of all who speak now. */
  speaking: ReadonlySet<string>;
  /** Whether this machine is too slow to make the picture in time. */
  isBehind: boolean;
};

const nobody: GuestsView = {
  guests: [],
  presenter: { name: '', isConnected: false, isSending: false },
  mixing: 'presenter',
  isMixed: true,
  layout: { arrangement: 'auto', main: null },
  invitations: [],
  declined: [],
};
const silence: ReadonlySet<string> = new Set();

/**
 * The presenter's side of a show with guests: receives all guests, sends them the presenter, and makes the program of
 * those who are on air.
 */
export class GuestDesk {
  readonly #parts: GuestDeskParts;
  readonly #store = new Store<GuestDeskState>({ view: nobody, streams: new Map(), speaking: silence, isBehind: false });
  readonly state: ReadableStore<GuestDeskState> = this.#store;
  readonly #receivers = new Receivers({ createPeerConnection, backoffMs });
  // The presenter has clicked on the page, so the browser allows sound.
  readonly #monitor = new Monitor(() => undefined);
  #contribution: { signaling: Signaling; sent: Contribution } | null = null;
  #program: { readonly made: DeskProgram; size: ProgramSize } | null = null;
  #isIntroduced = false;
  #unsubscribe: (() => void)[] = [];

  constructor(parts: GuestDeskParts) {
    this.#parts = parts;
  }

  open(): void {
    const { takingPart, own, switches } = this.#parts;
    const follow = () => this.#follow();
    const stores = [takingPart, own, switches, this.#receivers.streams];
    this.#unsubscribe = stores.map((store) => store.subscribe(follow));
    this.#follow();
  }

  close(): void {
    for (const off of this.#unsubscribe.splice(0)) off();
    this.#contribution?.sent.close();
    this.#contribution = null;
    this.#receivers.close();
    this.#monitor.close();
    this.#endProgram();
  }

  /** @throws AppError `guests-full`, `connection-lost` */
  async invite(name: string | null): Promise<Invitation> {
    return (await this.#request('guest:invite', { name })).invitation;
  }

  /** Withdraws an invitation. @throws AppError `connection-lost` */
  async revoke(id: string): Promise<void> {
    await this.#request('guest:revoke', { id });
  }

  /** @throws AppError `guests-full`, `bad-request` if the guest is gone, `connection-lost` */
  async direct(id: string, action: GuestAction): Promise<void> {
    await this.#request('guest:direct', { id, action });
  }

  /** @throws AppError `connection-lost` */
  async arrange(change: { arrangement?: Arrangement; main?: string | null; presenterName?: string }): Promise<void> {
    await this.#request('guests:arrange', change);
  }

  #request<Name extends 'guest:invite' | 'guest:revoke' | 'guest:direct' | 'guests:arrange'>(
    name: Name,
    body: RequestInput<Name>,
  ) {
    const { signaling } = this.#parts.takingPart.get() ?? {};
    if (signaling === undefined) return Promise.reject(connectionLost());
    return signaling.request(name, body);
  }

  #follow(): void {
    const taking = this.#parts.takingPart.get();
    const view = taking?.view ?? nobody;
    if (taking === null) this.#receivers.close();
    else this.#receivers.receive(taking.signaling, connectedIds(view));
    this.#contribute(taking);
    if (taking !== null && view.guests.length > 0) this.#introduce(view);
    const streams = this.#receivers.streams.get();
    this.#monitor.play(streams, new Set(view.guests.filter(isHeard).map(({ id }) => id)));
    this.#direct(view, streams);
    this.#store.set({ ...this.#store.get(), view, streams });
  }

  /** Guests and viewers see the name that the presenter has chosen before, until they choose another one. */
  #introduce({ presenter }: GuestsView): void {
    if (this.#isIntroduced || presenter.name !== '') return;
    const presenterName = this.#parts.rememberedName();
    if (presenterName === null) return;
    this.#isIntroduced = true;
    this.arrange({ presenterName }).catch(() => {
      // The next change tries again.
      this.#isIntroduced = false;
    });
  }

  /** The presenter is sent to the guests while there are any. */
  #contribute(taking: TakingPart | null): void {
    const own = this.#parts.own.get();
    const wanted = taking !== null && own !== null && connectedIds(taking.view).length > 0;
    if (this.#contribution !== null && (!wanted || this.#contribution.signaling !== taking.signaling)) {
      this.#contribution.sent.close();
      this.#contribution = null;
    }
    if (!wanted) return;
    if (this.#contribution !== null) {
      void this.#contribution.sent.setStream(own);
      return;
    }
    const { signaling } = taking;
    const sent = new Contribution(signaling, own, { createPeerConnection, backoffMs, sizeOf: presenterSizeOf });
    this.#contribution = { signaling, sent };
  }

  /** Makes the program while a guest is on air. */
  #direct(view: GuestsView, streams: ReceivedStreams): void {
    const onAir = view.guests.filter(({ place }) => place === 'on-air');
    if (onAir.length === 0 || view.mixing === 'server') {
      this.#endProgram();
      return;
    }
    const size = this.#parts.size();
    this.#program ??= this.#openProgram(size);
    const program = this.#program;
    if (program === null) return;
    const former = isSameSize(program.size, size) ? null : program.made.resize(size);
    program.size = size;
    program.made.show({ ...this.#ownPart(view), guests: onAir, streams, layout: view.layout });
    this.#parts.program.set(program.made.stream);
    former?.stop();
  }

  #openProgram(size: ProgramSize): { made: DeskProgram; size: ProgramSize } | null {
    const made = (this.#parts.openProgram ?? Program.open)(size, {
      onSpeaking: (speaking) => this.#store.set({ ...this.#store.get(), speaking }),
      onPace: (isBehind) => this.#store.set({ ...this.#store.get(), isBehind }),
    });
    return made === null ? null : { made, size };
  }

  #ownPart({ presenter }: GuestsView) {
    const own = this.#parts.own.get();
    const [picture = null] = own?.getVideoTracks() ?? [];
    const [sound = null] = own?.getAudioTracks() ?? [];
    const isScreen = picture !== null && showsScreen(picture);
    const isPictureOn = isScreen || this.#parts.switches.get().camera;
    return {
      presenter: { id: presenterId, name: presenter.name, isScreen, picture: isPictureOn ? picture : null, sound },
    };
  }

  #endProgram(): void {
    if (this.#program === null) return;
    // What is sent changes back first, so that viewers never get an ended track.
    this.#parts.program.set(null);
    this.#program.made.close();
    this.#program = null;
    this.#store.set({ ...this.#store.get(), speaking: silence, isBehind: false });
  }
}

function connectionLost(): AppError {
  return new AppError('connection-lost', 'The connection to the server was lost.');
}

function isSameSize(one: ProgramSize, other: ProgramSize): boolean {
  return one.width === other.width && one.height === other.height && one.frameRate === other.frameRate;
}

function connectedIds({ guests }: GuestsView): string[] {
  return guests.filter(({ isConnected }) => isConnected).map(({ id }) => id);
}

function isHeard({ place, isMuted }: GuestsView['guests'][number]): boolean {
  return place === 'on-air' && !isMuted;
}

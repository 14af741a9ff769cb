import { maxGuestNameLength } from '../../guests.ts';
import type { GuestDesk, TakingPart } from '../guests/guest-desk.ts';
import { openStorage } from '../page/browser-storage.ts';
import { recallPersonName } from '../page/person-name.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { type Quality, widthFor } from '../rtc/quality.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import type { Publisher } from './publisher.ts';
import { isBroadcasting, streamOf } from './publisher-state.ts';

/** A larger program would cost much more than viewers see of it. */
const mostFrameRate = 30;

/** The guests of a studio's show. What most shows do not need is loaded with the first guest, or when it is asked for. */
export class StudioGuests {
  /** What viewers are sent in place of the presenter's own stream; `null` while no guest is on air. */
  readonly program = new Store<MediaStream | null>(null);
  readonly #desk = new Store<GuestDesk | null>(null);
  /** `null` until it is needed. */
  readonly desk: ReadableStore<GuestDesk | null> = this.#desk;
  readonly #takingPart = new Store<TakingPart | null>(null);
  readonly #own = new Store<MediaStream | null>(null);
  #publisher: Publisher | null = null;
  #quality: () => Quality = () => ({ height: 720, frameRate: 30 });
  #loading = false;
  #stop: (() => void) | null = null;

  /** Follows a socket that is about to present: the server describes the guests to the one that does. */
  watch(signaling: Signaling): Signaling {
    signaling.on('guests:changed', (view) => {
      this.#takingPart.set({ signaling, view });
      if (view.guests.length > 0 || view.invitations.length > 0 || view.declined.length > 0) this.load();
    });
    return signaling;
  }

  /** Loads the desk, unless it has been loaded. */
  load(): void {
    if (this.#loading) return;
    this.#loading = true;
    import('../guests/guest-desk.ts').then(
      ({ GuestDesk }) => this.#open(GuestDesk),
      () => {
        // The network may be down for a moment; the next change tries again.
        this.#loading = false;
      },
    );
  }

  open(publisher: Publisher, quality: () => Quality): void {
    this.#publisher = publisher;
    this.#quality = quality;
    this.#stop = publisher.state.subscribe(() => this.#follow(publisher));
    this.#follow(publisher);
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
    this.#desk.get()?.close();
    this.#desk.set(null);
    this.#loading = false;
    this.#takingPart.set(null);
  }

  #open(Desk: typeof GuestDesk): void {
    const publisher = this.#publisher;
    if (this.#stop === null || publisher === null) return;
    const desk = new Desk({
      takingPart: this.#takingPart,
      own: this.#own,
      switches: publisher.switches,
      program: this.program,
      rememberedName,
      size: () => {
        const { height, frameRate } = this.#quality();
        return { width: widthFor(height), height, frameRate: Math.min(frameRate, mostFrameRate) };
      },
    });
    this.#desk.set(desk);
    desk.open();
  }

  #follow(publisher: Publisher): void {
    const state = publisher.state.get();
    this.#own.set(streamOf(state));
    if (!isBroadcasting(state)) this.#takingPart.set(null);
  }
}

/** The name that the presenter chose in a conversation, on this device; `null` if there is none, or if it does not fit. */
function rememberedName(): string | null {
  const name = recallPersonName(openStorage());
  return name !== '' && name.length <= maxGuestNameLength ? name : null;
}

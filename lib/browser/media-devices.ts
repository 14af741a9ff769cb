import { listInputs, type MediaInputs } from './local-media.ts';
import { type ReadableStore, Store } from './store.ts';

const noInputs: MediaInputs = { cameras: [], microphones: [] };

/** The cameras and microphones there are, followed while they are plugged and unplugged. */
export class MediaDeviceList {
  readonly #store = new Store<MediaInputs>(noInputs);
  readonly state: ReadableStore<MediaInputs> = this.#store;
  #open = false;

  open(): void {
    this.#open = true;
    navigator.mediaDevices?.addEventListener('devicechange', this.refresh);
    this.refresh();
  }

  close(): void {
    this.#open = false;
    navigator.mediaDevices?.removeEventListener('devicechange', this.refresh);
  }

  /** Looks again: labels are told only after a device was opened. */
  readonly refresh = (): void => {
    if (!this.#open || navigator.mediaDevices === undefined) return;
    listInputs().then(
      (inputs) => {
        if (this.#open) this.#store.set(inputs);
      },
      // Without a list there is still the browser's own choice.
      () => undefined,
    );
  };
}

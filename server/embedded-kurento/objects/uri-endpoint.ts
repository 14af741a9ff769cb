import { MediaElement } from './media-element.ts';
import { extendOperations } from './media-object.ts';
import type { MediaPipeline } from './media-pipeline.ts';

/** What an endpoint with an address is doing, as Kurento spells it. */
export type UriEndpointState = 'STOP' | 'START' | 'PAUSE';

/** An endpoint whose media is at an address. */
export abstract class UriEndpoint extends MediaElement {
  static override readonly operations = extendOperations<UriEndpoint>(super.operations, {
    getUri: (self) => self.uri,
    getState: (self) => self.state,
    pause: (self) => self.pause(),
    stop: (self) => self.stop(),
  });

  /** The address as it was given. */
  readonly uri: string;
  #state: UriEndpointState = 'STOP';

  constructor(pipeline: MediaPipeline, typeName: string, uri: string) {
    super(pipeline, typeName);
    this.uri = uri;
  }

  get state(): UriEndpointState {
    return this.#state;
  }

  abstract pause(): void;
  abstract stop(): void;

  /** Changes the state and tells it, together with the event that belongs to it, if any. */
  protected enter(state: UriEndpointState, event?: string): void {
    this.#state = state;
    this.emit('UriEndpointStateChanged', { state });
    if (event !== undefined) this.emit(event);
  }
}

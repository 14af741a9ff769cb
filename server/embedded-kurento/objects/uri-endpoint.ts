import type { Arguments } from '../types/arguments.ts';
import type { Operation } from '../types/class-table.ts';
import { MediaElement } from './media-element.ts';
import type { OperationsOf } from './media-object.ts';
import type { MediaPipeline } from './media-pipeline.ts';

/** What an endpoint with an address is doing, as Kurento spells it. */
export type UriEndpointState = 'STOP' | 'START' | 'PAUSE';

/** An endpoint whose media is at an address. */
export abstract class UriEndpoint extends MediaElement {
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

  override perform(operation: Operation, args: Arguments): unknown {
    const own = operations[operation.name];
    return own === undefined ? super.perform(operation, args) : own(this, args);
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

const operations: OperationsOf<UriEndpoint> = {
  getUri: (self) => self.uri,
  getState: (self) => self.state,
  pause: (self) => self.pause(),
  stop: (self) => self.stop(),
};

import { isAbsolute, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MediaElement } from './media-element.ts';
import { extendOperations } from './media-object.ts';
import type { MediaPipeline } from './media-pipeline.ts';

/**
 * The file that a recorder's address refers to: a `file:` URL, or a path inside `root`.
 * @throws Error with a sentence when it is neither
 */
export function recordingPath(uri: string, root: string): string {
  if (uri === '') throw new Error('The address of the recording is empty.');
  if (/^file:/i.test(uri)) return pathOfFileUrl(uri);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1];
  if (scheme !== undefined) throw new Error(`Recordings go to files only, not to '${scheme}:': use a file: URL.`);
  const path = resolve(root, `./${uri}`);
  const inside = relative(root, path);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
    throw new Error(`'${uri}' is not a file inside the folder for recordings.`);
  }
  return path;
}

function pathOfFileUrl(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    throw new Error(`'${uri}' is not the URL of a file on this machine.`);
  }
}

/** The state of an endpoint with an address, as Kurento spells it. */
type UriEndpointState = 'STOP' | 'START' | 'PAUSE';

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

  /** Changes the state and sends the state event, and then the event given, if any. */
  protected enter(state: UriEndpointState, event?: string): void {
    this.#state = state;
    this.emit('UriEndpointStateChanged', { state });
    if (event !== undefined) this.emit(event);
  }
}

/*
 * The part of kurento-client 7.2 that this application uses, in its callback style. The operations and events of
 * objects on the server are in kurento-api.d.ts, generated from Kurento's definitions: the published typings are of
 * version 6 and name events that version 7 refuses. Reference:
 * https://doc-kurento.readthedocs.io/en/stable/_static/client-jsdoc/
 */
declare module 'kurento-client' {
  import type { ClientOptions } from 'ws';

  /** Kurento's errors are Errors with a `code` (number) and `data`; some paths reject with nothing at all. */
  export type Callback<T = unknown> = (error: unknown, result: T) => void;

  /** The first listener for an event subscribes to it on the server. */
  export type Emits<Events> = {
    on<Name extends keyof Events>(event: Name, listener: (data: Events[Name]) => void): unknown;
  };

  /**
   * Any object on the media server. It is an EventEmitter, and it is thenable: an `await` or a `resolve()` replaces it
   * with a copy that is not an instance of its class. So it is passed in a box.
   */
  export interface MediaObject extends MediaObjectOperations {
    readonly id: string;
    on(event: 'Error', listener: (data: MediaObjectEvents['Error']) => void): unknown;
    /** Emitted when a subscription fails. */
    on(event: 'error', listener: (error: unknown) => void): unknown;
    /** The client's own listener refuses every event that the server does not know, including 'error'. */
    on(event: 'newListener', listener: (...args: never[]) => void): unknown;
    once(event: 'release', listener: () => void): unknown;
    listeners(event: 'newListener'): ((...args: never[]) => void)[];
    removeAllListeners(event: 'newListener' | 'removeListener'): unknown;
    release(callback: Callback): void;
    /** The event with which the client's objects make requests for which they have no method, such as `unref`. */
    emit(
      event: '_rpc',
      transaction: undefined,
      method: 'unref',
      params: { object: string },
      callback: Callback,
    ): boolean;
    /** Makes the client forget the object. */
    emit(event: 'release'): boolean;
    /** Calls any operation and returns its result unchanged. */
    _invoke(transaction: undefined, operation: string, callback: Callback): unknown;
  }

  export type MediaPipeline = MediaObject;
  export interface MediaElement extends MediaObject, MediaElementOperations {}
  export type PassThrough = MediaElement;
  /** A hub of elements, such as a Composite; not an element itself. */
  export type Hub = MediaObject;
  /** What connects elements to a hub. */
  export type HubPort = MediaElement;
  export type WebRtcEndpoint = MediaElement & WebRtcEndpointOperations & Emits<WebRtcEndpointEvents>;
  export type RecorderEndpoint = MediaElement & RecorderEndpointOperations & Emits<RecorderEndpointEvents>;
  export type ServerManager = MediaObject & ServerManagerOperations & Emits<ServerManagerEvents>;

  export type MediaProfile = `${'WEBM' | 'MKV'}${'' | '_VIDEO_ONLY' | '_AUDIO_ONLY'}`;

  /** Each type of object and the parameters of its constructor. */
  export type Creations = {
    MediaPipeline: { object: MediaPipeline; parameters: Record<string, never> };
    PassThrough: { object: PassThrough; parameters: { mediaPipeline: MediaPipeline } };
    /** The size of the picture that it makes, in pixels, and the pictures per second. */
    Composite: {
      object: Hub;
      parameters: { mediaPipeline: MediaPipeline; width: number; height: number; framerate: number };
    };
    HubPort: { object: HubPort; parameters: { hub: Hub } };
    /** `sendonly` is the direction of the offers that the endpoint makes itself. */
    WebRtcEndpoint: { object: WebRtcEndpoint; parameters: { mediaPipeline: MediaPipeline; sendonly?: boolean } };
    RecorderEndpoint: {
      object: RecorderEndpoint;
      parameters: { mediaPipeline: MediaPipeline; uri: string; mediaProfile: MediaProfile };
    };
  };

  /** The reconnecting socket of the package `reconnect-ws`, which the application provides. */
  export interface Reconnector {
    readonly _connection: { terminate(): void } | null;
    on(event: 'connection', listener: () => void): this;
    /** The error's code is SILENT if the server sent nothing for too long. */
    on(event: 'disconnect', listener: (error?: Error & { code?: string }) => void): this;
    disconnect(): void;
  }

  /** The connection to a media server. It is also thenable and must not be awaited. */
  export interface KurentoClient {
    readonly _re: Reconnector;
    create<Type extends keyof Creations>(
      type: Type,
      parameters: Creations[Type]['parameters'],
      callback: Callback<Creations[Type]['object']>,
    ): unknown;
    /** Finds an object by its id, and holds it for this session as if the session had created it. */
    getMediaobjectById(id: string, callback: Callback<MediaObject>): unknown;
    getServerManager(callback: Callback<ServerManager>): unknown;
    /** `sameSession` is false if the media server has forgotten our session and every object in it. */
    on(event: 'reconnected', listener: (sameSession: boolean) => void): this;
    on(event: 'disconnect', listener: (error?: Error) => void): this;
    close(): void;
  }

  /** Times in milliseconds. */
  export type KurentoOptions = {
    /** Whether the server must have every module that the client knows; this also queries the server immediately. */
    strict?: boolean;
    /** The number of retries after which a lost connection is given up; never by default. */
    failAfter?: number;
    request_timeout?: number;
    response_timeout?: number;
    duplicates_timeout?: number;
    socket?: ClientOptions;
  };

  /** Begins to connect; `callback` is called once the connection is established or was given up. */
  export default function kurento(url: string, options: KurentoOptions, callback: Callback): KurentoClient;
}

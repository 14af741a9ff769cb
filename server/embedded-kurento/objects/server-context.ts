import type { FlowMonitor } from '../graph/flow-monitor.ts';
import type { MediaEngine, MediaEngineOptions } from '../media/media-types.ts';
import type { EventHub } from './event-hub.ts';
import type { ObjectRegistry } from './object-registry.ts';

/** Called with what deserves a line in the log. */
export type Log = MediaEngineOptions['log'];

/** What every object of the server may reach. */
export type ServerContext = {
  readonly registry: ObjectRegistry;
  readonly events: EventHub;
  readonly engine: MediaEngine;
  readonly flow: FlowMonitor;
  readonly log: Log;
  /** Where recordings with a relative address go: a folder's absolute path. */
  readonly recordingsRoot: string;
};

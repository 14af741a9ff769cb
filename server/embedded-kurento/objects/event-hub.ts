import { randomUUID } from 'node:crypto';
import { eventFrame, type JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';

/** A sender of events: each of Kurento's objects is one. */
type EventSource = {
  readonly id: string;
  readonly type: { readonly events: { has(type: string): boolean } };
  /** The tags that are sent with its events. */
  tagsForEvents(): JsonObject[];
};

/** Sends a frame to the client of a session; it is lost when there is none. */
export type DeliverFrame = (sessionId: string, frame: string) => void;

/** The subscribers to one type of event of one object: sessions, and the ids of their subscriptions. */
type Subscribers = Map<string, Set<string>>;

/** Keeps the subscriptions and delivers events. An event without subscribers costs nothing. */
export class EventHub {
  readonly #subscribers = new WeakMap<EventSource, Map<string, Subscribers>>();
  readonly #deliver: DeliverFrame;
  readonly #failed: (error: unknown) => void;

  /** @param failed receives what `deliver` throws; the event still goes to all other sessions */
  constructor(deliver: DeliverFrame, failed: (error: unknown) => void = () => undefined) {
    this.#deliver = deliver;
    this.#failed = failed;
  }

  /**
   * Subscribes a session. A second subscription to the same event returns another id, but sends no second event.
   * @throws KurentoError 40106 when the object has no such event
   */
  subscribe(sessionId: string, object: EventSource, type: string): string {
    if (!object.type.events.has(type)) throw new KurentoError(40106, `Event '${type}' not supported`);
    const id = randomUUID();
    const byType = getOrMake(this.#subscribers, object, () => new Map<string, Subscribers>());
    const bySession = getOrMake(byType, type, (): Subscribers => new Map());
    getOrMake(bySession, sessionId, () => new Set<string>()).add(id);
    return id;
  }

  /** Ends a subscription; an unknown one is ignored. */
  unsubscribe(sessionId: string, object: EventSource, subscription: string): void {
    const byType = this.#subscribers.get(object);
    for (const [type, bySession] of byType ?? []) {
      const ids = bySession.get(sessionId);
      ids?.delete(subscription);
      if (ids?.size === 0) bySession.delete(sessionId);
      if (bySession.size === 0) byType?.delete(type);
    }
  }

  /** Removes all subscriptions of a session to an object. */
  forget(sessionId: string, object: EventSource): void {
    for (const bySession of this.#subscribers.get(object)?.values() ?? []) bySession.delete(sessionId);
  }

  /** Sends an event to all subscribers; the members that all events carry are added to `data`. */
  emit(object: EventSource, type: string, data: JsonObject): void {
    const bySession = this.#subscribers.get(object)?.get(type);
    if (bySession === undefined || bySession.size === 0) return;
    const common = { source: object.id, tags: object.tagsForEvents(), timestampMillis: String(Date.now()) };
    const frame = eventFrame(object.id, type, { ...data, ...common });
    for (const sessionId of [...bySession.keys()]) {
      try {
        this.#deliver(sessionId, frame);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}

function getOrMake<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

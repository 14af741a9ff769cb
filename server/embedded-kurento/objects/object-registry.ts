import { KurentoError, objectNotFound, RpcError, rpcCodes } from '../rpc/rpc-error.ts';
import { isA } from '../types/class-table.ts';
import type { MediaObject } from './media-object.ts';

/** Called when objects are created and destroyed, and when a session releases its hold on one. */
export type RegistryListener = {
  created(object: MediaObject): void;
  destroyed(object: MediaObject): void;
  letGo(sessionId: string, object: MediaObject): void;
};

/** All living objects, and which session holds which. An object that no session holds any longer is released. */
export class ObjectRegistry {
  readonly #objects = new Map<string, MediaObject>();
  readonly #held = new Map<string, Set<MediaObject>>();
  readonly #listener: RegistryListener;

  constructor(listener: RegistryListener) {
    this.#listener = listener;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Adds a new object. */
  add(object: MediaObject): void {
    this.#objects.set(object.id, object);
    object.parent?.children.add(object);
    object.onAdded();
    this.#listener.created(object);
  }

  /** @throws KurentoError 40101 when there is no such object */
  get(id: string): MediaObject {
    const object = this.#objects.get(id);
    if (object !== undefined) return object;
    // References to results exist only inside transactions.
    throw id.startsWith('newref:') ? new KurentoError(40109, `Object '${id}' not found`) : objectNotFound(id);
  }

  /** The object with this id, if it exists. */
  find(id: string): MediaObject | undefined {
    return this.#objects.get(id);
  }

  /**
   * The object with this id, which must be of the given class.
   * @throws KurentoError 40101 when there is no such object
   * @throws RpcError -32603 when it is of another class
   */
  getOfClass(id: string, className: string): MediaObject {
    const object = this.get(id);
    if (isA(object.type, className)) return object;
    throw new RpcError(rpcCodes.internalError, `Unexpected error while processing method: '${id}' is no ${className}`);
  }

  /** All living objects of a class. */
  ofClass(className: string): MediaObject[] {
    return [...this.#objects.values()].filter((object) => isA(object.type, className));
  }

  /** Makes a session hold an object, and with it all objects that it is a part of. */
  hold(sessionId: string, object: MediaObject): void {
    let held = this.#held.get(sessionId);
    if (held === undefined) {
      held = new Set();
      this.#held.set(sessionId, held);
    }
    for (let next: MediaObject | null = object; next !== null; next = next.parent) {
      held.add(next);
      next.holders.add(sessionId);
    }
  }

  /** True when the session holds at least one object. */
  holdsAny(sessionId: string): boolean {
    return this.#held.has(sessionId);
  }

  /** The objects that the session holds. */
  heldBy(sessionId: string): MediaObject[] {
    return [...(this.#held.get(sessionId) ?? [])];
  }

  /** The sessions that hold objects. */
  holders(): string[] {
    return [...this.#held.keys()];
  }

  /** Ends a session's hold on one object, and releases the object if that was the last hold. */
  letGo(sessionId: string, object: MediaObject): Promise<void> {
    const held = this.#held.get(sessionId);
    if (held?.delete(object) !== true) return Promise.resolve();
    if (held.size === 0) this.#held.delete(sessionId);
    object.holders.delete(sessionId);
    this.#listener.letGo(sessionId, object);
    return object.holders.size === 0 ? this.release(object) : Promise.resolve();
  }

  /** Ends all holds of a session. */
  async letGoAll(sessionId: string): Promise<void> {
    await Promise.all(this.heldBy(sessionId).map((object) => this.letGo(sessionId, object)));
  }

  /** Releases an object and its children for all sessions, children first. Resolves when files are finished. */
  async release(object: MediaObject): Promise<void> {
    // The manager is part of the server and outlives all clients.
    if (object.type.name === 'ServerManager' || !this.#objects.delete(object.id)) return;
    const children = [...object.children].map((child) => this.release(child));
    object.parent?.children.delete(object);
    for (const sessionId of object.holders) this.#forget(sessionId, object);
    const own = object.release();
    this.#listener.destroyed(object);
    await Promise.all([...children, own]);
  }

  /** Releases everything. */
  async releaseAll(): Promise<void> {
    const roots = [...this.#objects.values()].filter((object) => object.parent === null);
    await Promise.all(roots.map((object) => this.release(object)));
  }

  #forget(sessionId: string, object: MediaObject): void {
    const held = this.#held.get(sessionId);
    held?.delete(object);
    if (held?.size === 0) this.#held.delete(sessionId);
  }
}

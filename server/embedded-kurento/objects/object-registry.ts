import { KurentoError, objectNotFound, RpcError, rpcCodes } from '../rpc/rpc-error.ts';
import { isA } from '../types/class-table.ts';
import type { MediaObject } from './media-object.ts';

/** Who is told that objects come and go, and that a session let one go. */
export type RegistryListener = {
  created(object: MediaObject): void;
  destroyed(object: MediaObject): void;
  letGo(sessionId: string, object: MediaObject): void;
};

/** All living objects, and which session holds which. An object that no session holds any more is released. */
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

  /** Takes a new object in. */
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
    // References to results exist inside of transactions only.
    throw id.startsWith('newref:') ? new KurentoError(40109, `Object '${id}' not found`) : objectNotFound(id);
  }

  /** The object of that id, if it lives. */
  find(id: string): MediaObject | undefined {
    return this.#objects.get(id);
  }

  /**
   * The object of that id, which must be of that class.
   * @throws KurentoError 40101 when there is no such object
   * @throws RpcError -32603 when it is of another class
   */
  getOfClass(id: string, className: string): MediaObject {
    const object = this.get(id);
    if (isA(object.type, className)) return object;
    throw new RpcError(rpcCodes.internalError, `Unexpected error while processing method: '${id}' is no ${className}`);
  }

  /** All living objects of that class. */
  ofClass(className: string): MediaObject[] {
    return [...this.#objects.values()].filter((object) => isA(object.type, className));
  }

  /** Lets a session hold an object, and with it all that the object is a part of. */
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

  /** Ends a session's hold on one object, and releases the object if that was the last. */
  letGo(sessionId: string, object: MediaObject): Promise<void> {
    const held = this.#held.get(sessionId);
    if (held?.delete(object) !== true) return Promise.resolve();
    if (held.size === 0) this.#held.delete(sessionId);
    object.holders.delete(sessionId);
    this.#listener.letGo(sessionId, object);
    return object.holders.size === 0 ? this.release(object) : Promise.resolve();
  }

  /** Ends all that a session holds. */
  async letGoAll(sessionId: string): Promise<void> {
    await Promise.all(this.heldBy(sessionId).map((object) => this.letGo(sessionId, object)));
  }

  /** Releases an object and its children for everybody; the children go first. Resolves when files are finished. */
  async release(object: MediaObject): Promise<void> {
    // The manager is a part of the server and outlives all clients.
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

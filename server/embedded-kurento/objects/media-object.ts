import { randomUUID } from 'node:crypto';
import type { FlowMonitor } from '../graph/media-flow.ts';
import type { Log } from '../media/log.ts';
import type { MediaEngine } from '../media/media-engine.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import type { Transcoding } from '../transcoding/transcoding.ts';
import type { Arguments } from '../types/arguments.ts';
import { type ClassType, namespace, type Operation } from '../types/class-table.ts';
import type { EventHub } from './event-hub.ts';

/** The parts of the server that every object can use. */
export type ObjectContext = {
  readonly events: EventHub;
  readonly engine: MediaEngine;
  readonly flow: FlowMonitor;
  readonly transcoding: Transcoding;
  readonly log: Log;
  /** The folder for recordings with a relative address, as an absolute path. */
  readonly recordingsRoot: string;
};

/** The operations of a class, by name. */
type OperationsOf<T> = Readonly<Record<string, (self: T, args: Arguments) => unknown>>;

/** The operations of a class and of those that it extends; each is called only with an object of its class. */
type OperationTable = OperationsOf<never>;

/** The table of a class: inherited operations, and those that it adds or overrides. */
export function extendOperations<T>(inherited: OperationTable, own: OperationsOf<T>): OperationTable {
  return { ...inherited, ...own };
}

/** A Kurento record as it is sent, with the hints that name its type. */
export function register(type: string, members: JsonObject): JsonObject {
  return { __module__: namespace, __type__: type, ...members };
}

/** The base of all Kurento objects: a name, tags, properties, a parent, events. */
export abstract class MediaObject {
  /** The operations that clients can invoke; every class that adds operations has its own table. */
  static readonly operations = extendOperations<MediaObject>(
    {},
    {
      getId: (self) => self.id,
      getName: (self) => self.property('name') ?? self.id,
      getParent: (self) => self.parent?.id ?? null,
      getMediaPipeline: (self) => self.pipeline?.id ?? null,
      getChildren: (self) => [...self.children].map((child) => child.id),
      getCreationTime: (self) => self.createdAt,
      addTag: (self, args) => self.addTag(args.text('key'), args.text('value')),
      removeTag: (self, args) => self.removeTag(args.text('key')),
      getTag: (self, args) => self.tag(args.text('key')),
      getTags: (self) => self.tags(),
    },
  );

  readonly id: string;
  readonly type: ClassType;
  readonly parent: MediaObject | null;
  readonly context: ObjectContext;
  readonly children = new Set<MediaObject>();
  /** The sessions that hold this object; it lives as long as there is at least one. */
  readonly holders = new Set<string>();
  readonly #createdAt = Math.floor(Date.now() / 1000);
  readonly #tags = new Map<string, string>();
  readonly #properties = new Map<string, unknown>();
  #released = false;

  constructor(context: ObjectContext, type: ClassType, parent: MediaObject | null, id?: string) {
    const path = parent === null ? '' : `${parent.id}/`;
    this.id = id ?? `${path}${randomUUID()}_${type.qualifiedName}`;
    this.type = type;
    this.parent = parent;
    this.context = context;
  }

  /** True once the object has been released; operations that still run for it then have no effect. */
  get released(): boolean {
    return this.#released;
  }

  /** The pipeline that this object belongs to, or is. */
  get pipeline(): MediaObject | null {
    return this.parent?.pipeline ?? null;
  }

  /** Carries out an operation of the class with checked arguments; the return value goes to the client. */
  perform(operation: Operation, args: Arguments): unknown {
    // The table of the object's own class: static members are inherited, as methods are.
    const { operations } = this.constructor as typeof MediaObject;
    const own = (operations as OperationsOf<this>)[operation.name];
    if (own !== undefined) return own(this, args);
    if (operation.reads !== undefined) return this.property(operation.reads);
    if (operation.writes !== undefined) return this.setProperty(operation.writes, args.value(operation.writes));
    throw new KurentoError(40006, `'${operation.name}' is not implemented by this media server`);
  }

  /** The value of a property that is only stored. */
  property(name: string): unknown {
    if (this.#properties.has(name)) return this.#properties.get(name);
    return this.type.properties.find((property) => property.name === name)?.initial;
  }

  /** Stores the value of a property; classes that must act on it override this. */
  setProperty(name: string, value: unknown): void {
    this.#properties.set(name, value);
  }

  /** The tags sent with events: all or none, as the client chose. */
  tagsForEvents(): JsonObject[] {
    return this.property('sendTagsInEvents') === true ? this.tags() : [];
  }

  /** All tags as records. */
  tags(): JsonObject[] {
    return [...this.#tags].map(([key, value]) => register('Tag', { key, value }));
  }

  /** Sends a media event, which names its type inside the data as well. */
  emit(type: string, data: JsonObject = {}): void {
    if (!this.#released) this.context.events.emit(this, type, { ...data, type });
  }

  /** Sends the event `Error`, and writes it to the log. */
  emitError(error: { errorCode: number; type: string; description: string }): void {
    this.context.log('warn', error.description, { objectId: this.id, type: error.type });
    if (!this.#released) this.context.events.emit(this, 'Error', { ...error });
  }

  /** Called once by the registry, when the object is fully constructed. */
  onAdded(): void {}

  /** Called once by the registry, after the children; resolves when nothing is left to finish. */
  release(): Promise<void> {
    this.#released = true;
    return this.onRelease();
  }

  /** Frees what the object holds. */
  protected async onRelease(): Promise<void> {}

  addTag(key: string, value: string): void {
    this.#tags.set(key, value);
  }

  removeTag(key: string): void {
    this.#tags.delete(key);
  }

  /** @throws KurentoError 40110 when there is no such tag */
  tag(key: string): string {
    const value = this.#tags.get(key);
    if (value === undefined) throw new KurentoError(40110, 'Tag key not found');
    return value;
  }

  /** Seconds since 1970. */
  get createdAt(): number {
    return this.#createdAt;
  }
}

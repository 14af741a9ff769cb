import { randomUUID } from 'node:crypto';
import type { FlowMonitor } from '../graph/media-flow.ts';
import type { Log } from '../media/log.ts';
import type { MediaEngine } from '../media/media-engine.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import type { Arguments } from '../types/arguments.ts';
import { type ClassType, namespace, type Operation } from '../types/class-table.ts';
import type { EventHub } from './event-hub.ts';

/** What every object of the server may reach. */
export type ObjectContext = {
  readonly events: EventHub;
  readonly engine: MediaEngine;
  readonly flow: FlowMonitor;
  readonly log: Log;
  /** Where recordings with a relative address go: a folder's absolute path. */
  readonly recordingsRoot: string;
};

/** What an object of a class can do, by the operation's name. */
type OperationsOf<T> = Readonly<Record<string, (self: T, args: Arguments) => unknown>>;

/** The operations of a class and of those that it extends; each is only called with an object of that class. */
type OperationTable = OperationsOf<never>;

/** The table of a class: what it inherits, and what it adds or does in another way. */
export function extendOperations<T>(inherited: OperationTable, own: OperationsOf<T>): OperationTable {
  return { ...inherited, ...own };
}

/** A record of Kurento's as it travels, with the hints that name its type. */
export function register(type: string, members: JsonObject): JsonObject {
  return { __module__: namespace, __type__: type, ...members };
}

/** What all of Kurento's objects have: a name, tags, properties, a parent, events. */
export abstract class MediaObject {
  /** What objects of this class do when a client asks; every class that adds something has a table of its own. */
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
  /** The sessions that hold this object; it lives as long as there is one. */
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

  /** True once the object was released; what still runs for it then has no effect. */
  get released(): boolean {
    return this.#released;
  }

  /** The pipeline that this object belongs to, or is. */
  get pipeline(): MediaObject | null {
    return this.parent?.pipeline ?? null;
  }

  /** Carries out an operation that the class has, with checked arguments; what is returned goes to the client. */
  perform(operation: Operation, args: Arguments): unknown {
    // The table of the object's own class: static members are inherited as methods are.
    const { operations } = this.constructor as typeof MediaObject;
    const own = (operations as OperationsOf<this>)[operation.name];
    if (own !== undefined) return own(this, args);
    if (operation.reads !== undefined) return this.property(operation.reads);
    if (operation.writes !== undefined) return this.setProperty(operation.writes, args.value(operation.writes));
    throw new KurentoError(40006, `'${operation.name}' is not implemented by this media server`);
  }

  /** The value of a property that is merely kept. */
  property(name: string): unknown {
    if (this.#properties.has(name)) return this.#properties.get(name);
    return this.type.properties.find((property) => property.name === name)?.initial;
  }

  /** Keeps the value of a property; who must act on it overrides this. */
  setProperty(name: string, value: unknown): void {
    this.#properties.set(name, value);
  }

  /** The tags that go with events: all, or none, as the client chose. */
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

  /** Called once by the registry, when the object has come to life as a whole. */
  onAdded(): void {}

  /** Called once by the registry, after the children; the promise ends when nothing is left to finish. */
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

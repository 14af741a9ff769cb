import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import { knownClass, modules } from '../types/class-table.ts';
import { definitionText } from '../types/module-definitions.ts';
import { extendOperations, MediaObject, register } from './media-object.ts';
import { madeClasses } from './object-factory.ts';
import type { ObjectRegistry } from './object-registry.ts';
import type { ServerContext } from './server-context.ts';

/** The version of the Kurento API that this server implements. */
const apiVersion = '7.2.0';

/** A client must not keep a request waiting forever. */
const longestIntervalMs = 10_000;

/** The one object that exists before any client connects. */
export class ServerManager extends MediaObject {
  static override readonly operations = extendOperations<ServerManager>(super.operations, {
    getInfo: (self) => self.info(),
    getPipelines: (self) => self.#registry.ofClass('MediaPipeline').map((pipeline) => pipeline.id),
    getSessions: (self) => self.#registry.holders(),
    getKmd: (self, args) => self.moduleDefinition(args.text('moduleName')),
    getCpuCount: () => availableParallelism(),
    getUsedCpu: (self, args) => self.usedCpu(args.number('interval')),
    getUsedMemory: () => Math.round(process.memoryUsage.rss() / 1024),
  });

  readonly #registry: ObjectRegistry;

  constructor(context: ServerContext) {
    super(context, knownClass('ServerManager'), null, 'manager_ServerManager');
    this.#registry = context.registry;
  }

  /** Sends one of the manager's own events, which do not repeat their type inside the data. */
  announce(type: 'ObjectCreated' | 'ObjectDestroyed', data: JsonObject): void {
    this.context.events.emit(this, type, data);
  }

  /** Version and modules; clients refuse a server that does not name all three. */
  info(): JsonObject {
    const generationTime = 'built in';
    const made = madeClasses(this.context);
    const described = [...modules].map(([name, { version, classes }]) => {
      const factories = classes.filter((type) => made.has(type)).sort();
      return register('ModuleInfo', { name, version, generationTime, factories });
    });
    return register('ServerInfo', {
      version: apiVersion,
      type: 'KMS',
      capabilities: ['transactions'],
      modules: described,
    });
  }

  /** @throws KurentoError 40500 when there is no such module */
  moduleDefinition(name: string): string {
    const found = [...modules.keys()].find((module) => module === name);
    if (found === undefined) throw new KurentoError(40500, "Requested kmd module doesn't exist");
    return definitionText(found);
  }

  /** The share of one processor that this process uses during the coming interval, in percent. */
  async usedCpu(intervalMs: number): Promise<number> {
    const from = process.cpuUsage();
    const startedAt = performance.now();
    await delay(Math.min(Math.max(intervalMs, 1), longestIntervalMs));
    const { user, system } = process.cpuUsage(from);
    const elapsedMicroseconds = (performance.now() - startedAt) * 1000;
    return ((user + system) / elapsedMicroseconds) * 100;
  }
}

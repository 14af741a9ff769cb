import type { ObjectContext } from './media-object.ts';
import type { ObjectRegistry } from './object-registry.ts';

/** The parts that the server as a whole can use: those of its objects, and all objects. */
export type ServerContext = ObjectContext & { readonly registry: ObjectRegistry };

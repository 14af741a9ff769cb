import type { ObjectContext } from './media-object.ts';
import type { ObjectRegistry } from './object-registry.ts';

/** What the server as a whole may reach: what its objects may, and all of them. */
export type ServerContext = ObjectContext & { readonly registry: ObjectRegistry };

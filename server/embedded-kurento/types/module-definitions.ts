import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The Kurento modules that clients ask for; the definition of each is in its own package. */
export const moduleNames = ['core', 'elements', 'filters'] as const;

/** The name of a module. */
export type ModuleName = (typeof moduleNames)[number];

/** A parameter, a property or a member of a record, as written in a definition. */
export type DefinedValue = {
  name: string;
  /** `String`, `int`, a class, an enumeration, …; followed by `[]` for a list and `<>` for a map. */
  type: string;
  optional?: boolean;
  defaultValue?: unknown;
  readOnly?: boolean;
  /** Set when the object is created, and never afterwards. */
  final?: boolean;
};

/** A class as written in a definition. Members named like those of every JavaScript object count only as own ones. */
export type DefinedClass = {
  name: string;
  extends?: string;
  abstract?: boolean;
  constructor?: { params: DefinedValue[] };
  properties?: DefinedValue[];
  methods?: { name: string; params: DefinedValue[]; return?: { type: string } }[];
  events?: string[];
};

/** A record or an enumeration as written in a definition. */
export type DefinedType = {
  name: string;
  typeFormat: 'REGISTER' | 'ENUM';
  extends?: string;
  values?: string[];
  properties?: DefinedValue[];
};

/** An event as written in a definition. */
type DefinedEvent = { name: string; extends?: string; properties: DefinedValue[] };

/**
 * A module's own definition of its interface.
 * @see https://doc-kurento.readthedocs.io/en/latest/features/kurento_modules.html
 */
export type ModuleDefinition = {
  name: ModuleName;
  version: string;
  remoteClasses: DefinedClass[];
  complexTypes: DefinedType[];
  events: DefinedEvent[];
};

const packages = createRequire(import.meta.url);

/** The definition of a module, as the text from its package. */
export function definitionText(name: ModuleName): string {
  return readFileSync(packages.resolve(`kurento-client-${name}/src/${name}.kmd.json`), 'utf8');
}

/** Reads the definition of a module; it takes about a millisecond. */
export function readDefinition(name: ModuleName): ModuleDefinition {
  // Kurento's own packages are trusted; a test compares the resulting classes with its documentation.
  return JSON.parse(definitionText(name)) as ModuleDefinition;
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The modules of Kurento that its clients ask for; each has its definition in a package of its own. */
export const moduleNames = ['core', 'elements', 'filters'] as const;

/** Name of a module. */
export type ModuleName = (typeof moduleNames)[number];

/** A parameter, a property or a record's member as a definition writes it. */
export type DefinedValue = {
  name: string;
  /** `String`, `int`, a class, an enumeration, …; with `[]` behind it for a list and `<>` for a map. */
  type: string;
  optional?: boolean;
  defaultValue?: unknown;
  readOnly?: boolean;
  /** Set when the object is made, and never after. */
  final?: boolean;
};

/** A class as a definition writes it. Members named like those of every JavaScript object must be own ones to count. */
export type DefinedClass = {
  name: string;
  extends?: string;
  abstract?: boolean;
  constructor?: { params: DefinedValue[] };
  properties?: DefinedValue[];
  methods?: { name: string; params: DefinedValue[]; return?: { type: string } }[];
  events?: string[];
};

/** A record or an enumeration as a definition writes it. */
export type DefinedType = {
  name: string;
  typeFormat: 'REGISTER' | 'ENUM';
  extends?: string;
  values?: string[];
  properties?: DefinedValue[];
};

/** An event as a definition writes it. */
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

/** The definition of a module as the text that its package has. */
export function definitionText(name: ModuleName): string {
  return readFileSync(packages.resolve(`kurento-client-${name}/src/${name}.kmd.json`), 'utf8');
}

/** Reads the definition of a module; it takes about a millisecond. */
export function readDefinition(name: ModuleName): ModuleDefinition {
  // Kurento's own packages are taken at their word; a test compares what is made of them with its documentation.
  return JSON.parse(definitionText(name)) as ModuleDefinition;
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

type DefinedValue = { name: string; type: string; optional?: boolean; readOnly?: boolean; final?: boolean };
type DefinedMethod = { name: string; params: DefinedValue[]; return?: { type: string } };
type DefinedClass = {
  name: string;
  extends?: string;
  properties?: DefinedValue[];
  methods?: DefinedMethod[];
  events?: string[];
};
type DefinedType = { name: string; extends?: string; values?: string[]; properties?: DefinedValue[] };
type Definition = { remoteClasses: DefinedClass[]; complexTypes: DefinedType[]; events: DefinedType[] };

const packages = createRequire(import.meta.url);
const basicTypes: Readonly<Record<string, string>> = {
  String: 'string',
  boolean: 'boolean',
  int: 'number',
  int64: 'number',
  float: 'number',
  double: 'number',
};
/** Members that browsers leave empty and Kurento accepts so, although its definitions do not say this. */
const nullableMembers: ReadonlySet<string> = new Set(['IceCandidate.sdpMid', 'IceCandidate.sdpMLineIndex']);

/**
 * Generates TypeScript declarations of some of Kurento's classes from the definitions that come with its client: for
 * each class and its ancestors `XOperations` (callback style) and `XEvents`, and every type that these mention.
 * Operations that return objects are left out, because the client looks up the objects in different ways.
 */
export function declareKurentoApi(classNames: readonly string[]): string {
  return new ApiDeclaration(['core', 'elements'].map(readDefinition)).write(classNames);
}

function readDefinition(module: string): Definition {
  const path = packages.resolve(`kurento-client-${module}/src/${module}.kmd.json`);
  // Kurento's own definitions are not validated here; the generated types are compiled together with the code that uses
  // them.
  return JSON.parse(readFileSync(path, 'utf8')) as Definition;
}

function byName<T extends { name: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [one.name, one]));
}

class ApiDeclaration {
  readonly #classes: ReadonlyMap<string, DefinedClass>;
  readonly #types: ReadonlyMap<string, DefinedType>;
  readonly #events: ReadonlyMap<string, DefinedType>;
  /** The types mentioned in the text written so far, in the order of their first mention. */
  readonly #mentioned = new Set<string>();
  /** The events that others extend, likewise. */
  readonly #baseEvents = new Set<string>();

  constructor(definitions: readonly Definition[]) {
    this.#classes = byName(definitions.flatMap((module) => module.remoteClasses));
    this.#types = byName(definitions.flatMap((module) => module.complexTypes));
    this.#events = byName(definitions.flatMap((module) => module.events));
  }

  write(classNames: readonly string[]): string {
    const classes = [...new Set(classNames.flatMap((name) => this.#lineage(name)))];
    const declared = classes.flatMap((type) => [this.#operations(type), this.#eventsOf(type)]);
    // Writing a type may mention further ones, which the loop covers as well.
    const types: string[] = [];
    for (const name of this.#baseEvents) types.push(`export type ${name}Event = ${this.#event(name)};`);
    for (const name of this.#mentioned) types.push(this.#type(name));
    return `declare module 'kurento-client' {\n${[...types, ...declared].join('\n')}\n}\n`;
  }

  /** The class and its ancestors, most general first. */
  #lineage(name: string): DefinedClass[] {
    const type = this.#classes.get(name);
    if (type === undefined) throw new Error(`Kurento defines no class ${name}`);
    return [...(type.extends === undefined ? [] : this.#lineage(type.extends)), type];
  }

  #operations({ name, extends: parent, properties = [], methods = [] }: DefinedClass): string {
    const accessors = properties.filter((property) => property.name !== 'id').flatMap(asMethods);
    const written = [...accessors, ...methods].filter((method) => !this.#givesObjects(method));
    const heritage = parent === undefined ? '' : ` extends ${parent}Operations`;
    return `export interface ${name}Operations${heritage} {\n${written.flatMap((method) => this.#overloads(method)).join('\n')}\n}`;
  }

  #givesObjects({ return: given }: DefinedMethod): boolean {
    return given !== undefined && this.#classes.has(given.type.replace('[]', ''));
  }

  /** One line for each number of parameters: the callback comes last, whichever parameters are left out before it. */
  #overloads({ name, params, return: given }: DefinedMethod): string[] {
    const required = params.filter(({ optional = false }) => !optional).length;
    const callback = `callback: Callback${given === undefined ? '' : `<${this.#given(given.type)}>`}`;
    return Array.from({ length: params.length - required + 1 }, (_, more) => {
      const taken = params.slice(0, required + more).map((one) => `${one.name}: ${this.#taken(one.type)}`);
      return `${name}(${[...taken, callback].join(', ')}): void;`;
    });
  }

  /** All events of the class, with the data that their listeners receive. */
  #eventsOf({ name, extends: parent, events = [] }: DefinedClass): string {
    const members = events.map((event) => `${event}: ${this.#event(event)};`);
    const own = members.length === 0 ? [] : [`{\n${members.join('\n')}\n}`];
    const inherited = parent === undefined ? [] : [`${parent}Events`];
    return `export type ${name}Events = ${[...inherited, ...own].join(' & ')};`;
  }

  /** The data of an event; the members that it shares with others are a type of their own. */
  #event(name: string): string {
    const event = this.#events.get(name);
    if (event === undefined) throw new Error(`Kurento defines no event ${name}`);
    const members = (event.properties ?? []).map((member) => `${member.name}: ${this.#given(member.type)}`);
    const own = members.length === 0 ? [] : [`{ ${members.join('; ')} }`];
    if (event.extends === undefined) return own.join('');
    this.#baseEvents.add(event.extends);
    return [`${event.extends}Event`, ...own].join(' & ');
  }

  #type(name: string): string {
    const { values, extends: parent, properties = [] } = this.#types.get(name) ?? { values: [] };
    if (values !== undefined) return `export type ${name} = ${values.map((value) => `'${value}'`).join(' | ')};`;
    const members = properties.map(({ name: member, type, optional = false }) => {
      const nullable = nullableMembers.has(`${name}.${member}`) ? ' | null' : '';
      return `${member}${optional ? '?' : ''}: ${this.#given(type)}${nullable};`;
    });
    return `export type ${name} = ${parent === undefined ? '' : `${this.#given(parent)} & `}{\n${members.join('\n')}\n};`;
  }

  /** A value from the server, which sends objects as their ids. */
  #given(type: string): string {
    if (type.endsWith('[]')) return `${this.#given(type.slice(0, -2))}[]`;
    // An empty map is sent as null.
    if (type.endsWith('<>')) return `Record<string, ${this.#given(type.slice(0, -2))}> | null`;
    return this.#classes.has(type) ? 'string' : this.#taken(type);
  }

  /** A value that the client accepts; it converts objects to ids automatically. */
  #taken(type: string): string {
    const basic = basicTypes[type];
    if (basic !== undefined) return basic;
    if (this.#classes.has(type)) return type;
    if (!this.#types.has(type)) throw new Error(`Kurento defines no type ${type}`);
    this.#mentioned.add(type);
    return type;
  }
}

function asMethods({ name, type, readOnly = false, final = false }: DefinedValue): DefinedMethod[] {
  const capitalized = name.charAt(0).toUpperCase() + name.slice(1);
  const getter = { name: `get${capitalized}`, params: [], return: { type } };
  return readOnly || final ? [getter] : [getter, { name: `set${capitalized}`, params: [{ name, type }] }];
}

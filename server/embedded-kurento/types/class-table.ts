import { type ClassFacts, type Parameter, type Property, readParameter, readProperty } from './class-facts.ts';
import { coreClasses } from './core-classes.ts';
import { elementClasses } from './element-classes.ts';

/** What an operation takes, and the property behind it when it is a getter or setter. */
export type Operation = {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly reads?: string;
  readonly writes?: string;
};

/** A class with all that it has from its ancestors. */
export type ClassType = {
  readonly name: string;
  readonly qualifiedName: string;
  /** The ancestors' qualified names, nearest first, without the class itself. */
  readonly hierarchy: readonly string[];
  /** Null for a class that cannot be created. */
  readonly constructorParams: readonly Parameter[] | null;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly properties: readonly Property[];
  readonly events: ReadonlySet<string>;
};

/** The modules that `getInfo` names, with the facts of their classes. Clients refuse a server without `filters`. */
export const modules: Readonly<Record<'core' | 'elements' | 'filters', readonly ClassFacts[]>> = {
  core: coreClasses,
  elements: elementClasses,
  filters: [],
};

/** What Kurento puts before every class name of its three modules. */
export const namespace = 'kurento';

const classes: ReadonlyMap<string, ClassType> = buildClasses([...coreClasses, ...elementClasses]);

/** The class of that name, bare or qualified. */
export function findClass(name: string): ClassType | undefined {
  const prefix = `${namespace}.`;
  return classes.get(name.startsWith(prefix) ? name.slice(prefix.length) : name);
}

/** The class of that name; for names that this server's own code wrote. */
export function knownClass(name: string): ClassType {
  const found = classes.get(name);
  if (found === undefined) throw new Error(`There is no class ${name}`);
  return found;
}

/** True when `type` is the class of that (bare) name or one of its descendants. */
export function isA(type: ClassType, name: string): boolean {
  return type.name === name || type.hierarchy.includes(`${namespace}.${name}`);
}

function buildClasses(all: readonly ClassFacts[]): ReadonlyMap<string, ClassType> {
  const built = new Map<string, ClassType>();
  for (const facts of all) {
    const parent = facts.parent === null ? undefined : built.get(facts.parent);
    if (facts.parent !== null && parent === undefined)
      throw new Error(`${facts.parent} must stand before ${facts.name}`);
    built.set(facts.name, buildClass(facts, parent));
  }
  return built;
}

function buildClass(facts: ClassFacts, parent: ClassType | undefined): ClassType {
  const properties = (facts.properties ?? []).map(readProperty);
  const operations = new Map(parent?.operations);
  for (const property of properties) for (const access of accessors(property)) operations.set(access.name, access);
  for (const [name, parameters] of Object.entries(facts.operations ?? {})) {
    operations.set(name, { name, parameters: parameters.map(readParameter) });
  }
  return {
    name: facts.name,
    qualifiedName: `${namespace}.${facts.name}`,
    hierarchy: parent === undefined ? [] : [parent.qualifiedName, ...parent.hierarchy],
    constructorParams: facts.constructorParams === null ? null : facts.constructorParams.map(readParameter),
    operations,
    properties: [...(parent?.properties ?? []), ...properties],
    events: new Set([...(parent?.events ?? []), ...(facts.events ?? [])]),
  };
}

function accessors(property: Property): Operation[] {
  const capitalized = property.name.charAt(0).toUpperCase() + property.name.slice(1);
  const getter: Operation = { name: `get${capitalized}`, parameters: [], reads: property.name };
  if (property.readOnly) return [getter];
  const value: Parameter = { name: property.name, type: property.type, optional: false, fallback: undefined };
  return [getter, { name: `set${capitalized}`, parameters: [value], writes: property.name }];
}

import {
  type DefinedClass,
  type DefinedType,
  type DefinedValue,
  type ModuleName,
  moduleNames,
  readDefinition,
} from './module-definitions.ts';
import { initialValues, nullableMembers, parameterDefaults, recordsWithoutDefaults } from './observed-behavior.ts';

/** A declared value, and whether it must be given; `fallback` is used when it is not. */
export type Parameter = {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly nullable: boolean;
  readonly fallback: unknown;
};

/** A property as clients see it: `getX`, and `setX` unless it is read-only. */
type Property = {
  readonly name: string;
  readonly type: string;
  readonly readOnly: boolean;
  /** The value until a client sets another one. */
  readonly initial: unknown;
};

/** A parameter in the form in which it is checked. */
function asParameter({ name, type, optional = false, defaultValue }: DefinedValue): Parameter {
  const fallback = defaultValue ?? (optional ? parameterDefaults[name] : undefined);
  return { name, type, optional, nullable: false, fallback };
}

/** The parameters of an operation, and the property behind it when it is a getter or setter. */
export type Operation = {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly reads?: string;
  readonly writes?: string;
};

/** A class with everything that it inherits. */
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

/** The prefix that Kurento gives to every class name of its three modules. */
export const namespace = 'kurento';

const definitions = moduleNames.map(readDefinition);

/** The version of each module, and the names of its classes. Clients refuse a server without `filters`. */
export const modules: ReadonlyMap<ModuleName, { version: string; classes: readonly string[] }> = new Map(
  definitions.map(({ name, version, remoteClasses }) => [
    name,
    { version, classes: remoteClasses.map((type) => type.name) },
  ]),
);

/** The enumerations and records of all modules. */
export const valueTypes = buildValueTypes(definitions.flatMap(({ complexTypes }) => complexTypes));

const classes = buildClasses(definitions.flatMap(({ remoteClasses }) => remoteClasses));

/** The class with this name, bare or qualified. */
export function findClass(name: string): ClassType | undefined {
  const prefix = `${namespace}.`;
  return classes.get(name.startsWith(prefix) ? name.slice(prefix.length) : name);
}

/** The class with this name; for names in this server's own code. */
export function knownClass(name: string): ClassType {
  const found = classes.get(name);
  if (found === undefined) throw new Error(`There is no class ${name}`);
  return found;
}

/** True when `type` is the class with this (bare) name or one of its descendants. */
export function isA(type: ClassType, name: string): boolean {
  return type.name === name || type.hierarchy.includes(`${namespace}.${name}`);
}

function buildClasses(all: readonly DefinedClass[]): ReadonlyMap<string, ClassType> {
  const defined = new Map(all.map((type) => [type.name, type]));
  const built = new Map<string, ClassType>();
  const build = (type: DefinedClass): ClassType => {
    const known = built.get(type.name);
    if (known !== undefined) return known;
    const parent = type.extends === undefined ? undefined : defined.get(type.extends);
    const made = buildClass(type, parent === undefined ? undefined : build(parent));
    built.set(type.name, made);
    return made;
  };
  for (const type of all) build(type);
  return built;
}

function buildClass(defined: DefinedClass, parent: ClassType | undefined): ClassType {
  const properties = (defined.properties ?? []).map(
    ({ name, type, readOnly, final }): Property => ({
      name,
      type,
      readOnly: readOnly === true || final === true,
      initial: initialValues[`${defined.name}.${name}`],
    }),
  );
  const operations = new Map(parent?.operations);
  for (const property of properties) for (const access of accessors(property)) operations.set(access.name, access);
  for (const { name, params } of defined.methods ?? []) {
    operations.set(name, { name, parameters: params.map(asParameter) });
  }
  // Every object has a member of this name, so only an own one belongs to the definition.
  const made = Object.hasOwn(defined, 'constructor') ? defined.constructor : undefined;
  return {
    name: defined.name,
    qualifiedName: `${namespace}.${defined.name}`,
    hierarchy: parent === undefined ? [] : [parent.qualifiedName, ...parent.hierarchy],
    constructorParams: made === undefined ? null : made.params.map(asParameter),
    operations,
    properties: [...(parent?.properties ?? []), ...properties],
    events: new Set([...(parent?.events ?? []), ...(defined.events ?? [])]),
  };
}

function accessors(property: Property): Operation[] {
  const capitalized = property.name.charAt(0).toUpperCase() + property.name.slice(1);
  const getter: Operation = { name: `get${capitalized}`, parameters: [], reads: property.name };
  if (property.readOnly) return [getter];
  const value: Parameter = {
    name: property.name,
    type: property.type,
    optional: false,
    nullable: false,
    fallback: undefined,
  };
  return [getter, { name: `set${capitalized}`, parameters: [value], writes: property.name }];
}

/** The enumerations and records that clients may send. */
type ValueTypes = {
  /** Values by the enumeration's name. */
  readonly enumerations: ReadonlyMap<string, readonly string[]>;
  /** Members by the record's name, those of its ancestors first. */
  readonly records: ReadonlyMap<string, readonly Parameter[]>;
};

/** Builds the tables for checks from the definitions of the modules. */
function buildValueTypes(defined: readonly DefinedType[]): ValueTypes {
  const byName = new Map(defined.map((type) => [type.name, type]));
  const enumerations = new Map<string, readonly string[]>();
  const records = new Map<string, readonly Parameter[]>();
  for (const type of defined) {
    if (type.typeFormat === 'ENUM') enumerations.set(type.name, type.values ?? []);
    else records.set(type.name, membersOf(type, byName));
  }
  return { enumerations, records };
}

function membersOf(type: DefinedType, byName: ReadonlyMap<string, DefinedType>): Parameter[] {
  const parent = type.extends === undefined ? undefined : byName.get(type.extends);
  const inherited = parent === undefined ? [] : membersOf(parent, byName);
  const own = (type.properties ?? []).map((member): Parameter => {
    const parameter = asParameter(member);
    const fallback = recordsWithoutDefaults.has(type.name) ? undefined : parameter.fallback;
    return { ...parameter, fallback, nullable: nullableMembers.has(`${type.name}.${member.name}`) };
  });
  return [...inherited, ...own];
}

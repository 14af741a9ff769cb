import { asParameter, type Parameter } from './class-facts.ts';
import type { DefinedType } from './module-definitions.ts';
import { nullableMembers, recordsWithoutDefaults } from './observed-facts.ts';

/** The enumerations and records that clients may send. */
export type ValueTypes = {
  /** Values by the enumeration's name. */
  readonly enumerations: ReadonlyMap<string, readonly string[]>;
  /** Members by the record's name, those of its ancestors first. */
  readonly records: ReadonlyMap<string, readonly Parameter[]>;
};

/** Makes checks of what modules define. */
export function buildValueTypes(defined: readonly DefinedType[]): ValueTypes {
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

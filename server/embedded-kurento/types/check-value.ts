import { isJsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import type { Parameter } from './class-facts.ts';
import { findClass, namespace, valueTypes } from './class-table.ts';

/** Turns the id of an object into the object, and throws what the client is to be told when it cannot. */
export type ResolveObject = (id: string, className: string) => unknown;

/**
 * Checks a value against its declared type and gives it back in that type. Like the original it is generous where
 * JSON types can stand for each other: a number or null is taken for a string, null for a number or a boolean.
 * @throws KurentoError 40001 when the value is of another type
 */
export function checkValue(
  parameter: Parameter,
  value: unknown,
  resolve: ResolveObject,
  place: 'parameter' | 'property' = 'parameter',
): unknown {
  const { name, type } = parameter;
  if (value === null && parameter.nullable) return null;
  const members = valueTypes.records.get(type);
  if (members !== undefined) return checkRecord(parameter, members, value, resolve, place);
  const values = valueTypes.enumerations.get(type);
  if (values !== undefined) return checkEnumeration(type, values, asText(value) ?? fail(name, place, 'string'));
  switch (type) {
    case 'String':
      return asText(value) ?? fail(name, place, 'string');
    case 'int':
    case 'int64':
      return asInteger(value) ?? fail(name, place, 'integer');
    case 'float':
    case 'double':
      return asNumber(value) ?? fail(name, place, 'float');
    case 'boolean':
      return asFlag(value) ?? fail(name, place, 'boolean');
  }
  if (findClass(type) === undefined) throw new Error(`There is no type ${type}`);
  return resolve(asText(value) ?? fail(name, place, 'string'), type);
}

/** True when an object of the server is meant, which travels as its id. */
export function isObjectType(type: string): boolean {
  return findClass(type) !== undefined;
}

function checkEnumeration(type: string, values: readonly string[], value: string): string {
  if (!values.includes(value)) throw new KurentoError(40001, `Invalid value for '${type}'`);
  return value;
}

function checkRecord(
  parameter: Parameter,
  members: readonly Parameter[],
  value: unknown,
  resolve: ResolveObject,
  place: 'parameter' | 'property',
): Record<string, unknown> {
  if (!isJsonObject(value)) return fail(parameter.name, place, 'object');
  const hint = value.__type__;
  if (typeof hint === 'string' && hint !== parameter.type) {
    throw new KurentoError(40003, `Type ${hint} does not exist in module ${namespace}`);
  }
  const checked: Record<string, unknown> = {};
  for (const member of members) {
    const given = value[member.name];
    if (given !== undefined) checked[member.name] = checkValue(member, given, resolve, 'property');
    else if (member.fallback !== undefined) checked[member.name] = member.fallback;
    else if (!member.optional) checkValue(member, undefined, resolve, 'property');
  }
  return checked;
}

function fail(name: string, place: string, wanted: string): never {
  throw new KurentoError(40001, `'${name}' ${place} should be a ${wanted}`);
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function asInteger(value: unknown): number | undefined {
  const number = asNumber(value);
  return number === undefined ? undefined : Math.trunc(number);
}

function asNumber(value: unknown): number | undefined {
  if (value === null) return 0;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function asFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  return typeof value === 'number' ? value !== 0 : undefined;
}

import { isJsonObject, type JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import { findClass, namespace, type Parameter, valueTypes } from './class-table.ts';

/** The checked arguments of an operation or a constructor. */
export class Arguments {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  /** The value as it is; undefined when it was optional and not given. */
  value(name: string): unknown {
    return this.#values.get(name);
  }

  /** A string or a value of an enumeration. */
  text(name: string): string {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : wrongType(name);
  }

  /** Like `text`, for an optional value. */
  optionalText(name: string): string | undefined {
    return this.#values.get(name) === undefined ? undefined : this.text(name);
  }

  /** A number. */
  number(name: string): number {
    const value = this.#values.get(name);
    return typeof value === 'number' ? value : wrongType(name);
  }

  /** A record's members. */
  record(name: string): JsonObject {
    const value = this.#values.get(name);
    return isJsonObject(value) ? value : wrongType(name);
  }

  /** An object of the server, which must be of the given class. */
  object<T>(name: string, expected: abstract new (...parts: never[]) => T): T {
    const value = this.#values.get(name);
    return value instanceof expected ? value : wrongType(name);
  }
}

/** A value that the type table accepted although the code expects another type: a fault of this server. */
function wrongType(name: string): never {
  throw new Error(`The type table and the code differ about '${name}'`);
}

/**
 * Checks the arguments of a request against their declaration.
 * @param container the member of the request that holds the values, for messages
 * @throws KurentoError 40001 for values that are missing or of a wrong type; and the errors that `resolve` throws
 */
export function checkArguments(
  parameters: readonly Parameter[],
  given: unknown,
  container: 'constructorParams' | 'operationParams',
  resolve: ResolveObject,
): Arguments {
  const values = new Map<string, unknown>();
  const source = isJsonObject(given) ? given : {};
  for (const parameter of parameters) {
    const { name, optional, fallback } = parameter;
    const value = Object.hasOwn(source, name) ? source[name] : undefined;
    if (optional && (value === undefined || value === null)) {
      if (fallback !== undefined) values.set(name, fallback);
      continue;
    }
    // Observed on the original: without any parameters at all, a missing object parameter gives another message.
    if (given === undefined && isObjectType(parameter.type)) {
      throw new KurentoError(40001, `'${container}' is required`);
    }
    values.set(name, checkValue(parameter, value, resolve));
  }
  return new Arguments(values);
}

/** Turns the id of an object into the object, or throws the error for the client. */
type ResolveObject = (id: string, className: string) => unknown;

/**
 * Checks a value against its declared type and returns it in that type. Like the original, it is lenient where JSON
 * types can replace each other: a number or null is accepted as a string, null as a number or a boolean.
 * @throws KurentoError 40001 when the value is of another type
 */
function checkValue(
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

/** True for an object of the server, which is sent as its id. */
function isObjectType(type: string): boolean {
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

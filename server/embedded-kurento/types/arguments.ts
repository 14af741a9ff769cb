import { isJsonObject, type JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import { checkValue, isObjectType, type ResolveObject } from './check-value.ts';
import type { Parameter } from './class-facts.ts';

/** What an operation or a constructor was called with, checked already. */
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

  /** Like `text`, for what may be left out. */
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

  /** An object of the server, of the class that the caller names. */
  object<T>(name: string, expected: abstract new (...parts: never[]) => T): T {
    const value = this.#values.get(name);
    return value instanceof expected ? value : wrongType(name);
  }
}

/** A value that the type table let through although the code expects another: a fault of this server. */
function wrongType(name: string): never {
  throw new Error(`The type table and the code differ about '${name}'`);
}

/**
 * Checks what came with a request against what is declared.
 * @param container the member of the request that holds the values, for messages
 * @throws KurentoError 40001 for values that are missing or of a wrong type; whatever `resolve` throws
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
    // Seen on the original: without any parameters at all, one that names an object is missed in other words.
    if (given === undefined && isObjectType(parameter.type)) {
      throw new KurentoError(40001, `'${container}' is required`);
    }
    values.set(name, checkValue(parameter, value, resolve));
  }
  return new Arguments(values);
}

/** Whether a value must be given; `fallback` is what stands in for one that is not. */
export type Parameter = {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly fallback: unknown;
};

/** A property as clients see it: `getX`, and `setX` unless it is read-only. */
export type Property = {
  readonly name: string;
  readonly type: string;
  readonly readOnly: boolean;
  /** The value until somebody sets another one. */
  readonly initial: unknown;
};

/**
 * One class of the Kurento API, written compactly. Parameters read `name: Type`, `name?: Type` or
 * `name: Type = default`, with the default in JSON; properties the same, with `readonly ` before the name.
 */
export type ClassFacts = {
  readonly name: string;
  readonly parent: string | null;
  /** What `create` takes; null when there is no making one. */
  readonly constructorParams: readonly string[] | null;
  readonly properties?: readonly string[];
  /** Names of operations and what they take. */
  readonly operations?: Readonly<Record<string, readonly string[]>>;
  readonly events?: readonly string[];
};

/** Reads one parameter of the compact form. */
export function readParameter(text: string): Parameter {
  const match = /^(\w+)(\?)?: (\w+)(?: = (.+))?$/.exec(text);
  if (match === null) throw new Error(`This is not a parameter: ${text}`);
  const [, name = '', question, type = '', fallback] = match;
  return {
    name,
    type,
    optional: question !== undefined || fallback !== undefined,
    fallback: fallback === undefined ? undefined : JSON.parse(fallback),
  };
}

/** Reads one property of the compact form. */
export function readProperty(text: string): Property {
  const readOnly = text.startsWith('readonly ');
  const { name, type, fallback } = readParameter(readOnly ? text.slice('readonly '.length) : text);
  return { name, type, readOnly, initial: fallback };
}

import type { DefinedValue } from './module-definitions.ts';
import { parameterDefaults } from './observed-facts.ts';

/** Whether a value must be given; `fallback` is what stands in for one that is not. */
export type Parameter = {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly nullable: boolean;
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

/** A parameter as it is checked. */
export function asParameter({ name, type, optional = false, defaultValue }: DefinedValue): Parameter {
  const fallback = defaultValue ?? (optional ? parameterDefaults[name] : undefined);
  return { name, type, optional, nullable: false, fallback };
}

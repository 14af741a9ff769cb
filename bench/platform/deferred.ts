/** A promise and the two functions that settle it. */
export type Deferred<T> = {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: Error) => void;
};

/** The same as `Promise.withResolvers`, which the oldest Node.js that Rostrum runs on does not have. */
export function deferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('A promise must call its executor immediately.');
  return { promise, ...settle };
}

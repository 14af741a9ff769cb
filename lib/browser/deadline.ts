import { AppError } from '../errors.ts';

/** What `promise` gives, or a failure with `connection-lost` when that takes longer than `withinMs` milliseconds. */
export function withDeadline<Result>(promise: Promise<Result>, withinMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new AppError('connection-lost', 'The server did not answer in time.')),
      withinMs,
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

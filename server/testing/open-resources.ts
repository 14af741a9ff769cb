import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** The number of open resources of this process by name: timers, sockets, child processes, files. */
export type Resources = ReadonlyMap<string, number>;

/**
 * The resources that Node counts as active and, on Linux, the open file descriptors as well. The descriptors include the
 * sockets of native code, which Node does not know about.
 */
export function openResources(): Resources {
  return countEach([...process.getActiveResourcesInfo().filter((name) => !transient.has(name)), ...openFiles()]);
}

/** The resources that were opened since `before` and are still open, for example `2 × Timeout`. */
export function leftovers(before: Resources): string[] {
  return [...openResources()]
    .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
    .filter(([, more]) => more > 0)
    .map(([name, more]) => `${more} × ${name}`);
}

/** Resolves as soon as nothing is left over, or with the leftovers after `timeoutMs`. */
export async function waitForLeftovers(before: Resources, timeoutMs: number): Promise<string[]> {
  const deadline = performance.now() + timeoutMs;
  while (leftovers(before).length > 0 && performance.now() < deadline) await setTimeout(20);
  return leftovers(before);
}

/** Short-lived resources: file operations in flight and handles that are already closing. */
const transient: ReadonlySet<string> = new Set(['CloseReq', 'FSReqCallback', 'FSReqPromise', 'Immediate']);

/** Files by path. Sockets carry an inode number, so they only count as sockets. */
function openFiles(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    const target = targetOf(descriptor);
    if (target === null || target.startsWith('/proc/')) return [];
    if (target.startsWith('/')) return [target];
    const [kind = target] = target.split(':');
    return kind === 'socket' ? ['open socket'] : [];
  });
}

function targetOf(descriptor: string): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return null;
  }
}

function countEach(names: readonly string[]): Resources {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

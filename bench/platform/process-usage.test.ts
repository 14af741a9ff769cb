import { expect, test } from 'vitest';
import { parseMachineCpuUs, parseResidentBytes, parseStat, readProcessUsage, readTotalUsage } from './process-usage.ts';

test('the CPU time of a process is found after a name with brackets and spaces', () => {
  const stat = '4711 (node (a) b) S 42 4711 4711 0 -1 4194560 9 0 0 0 250 50 7 7 20 0 11 0 1 1 1';
  expect(parseStat(stat)).toEqual({ parent: 42, cpuUs: 3_000_000 });
  expect(() => parseStat('nothing of the kind')).toThrow();
});

test('the machine is busy when it neither idles nor waits', () => {
  expect(parseMachineCpuUs('cpu  100 20 30 4000 500 6 7 8 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n')).toBe(1_630_000);
});

test('resident memory is returned in bytes', () => {
  expect(parseResidentBytes('Name:\tnode\nVmPeak:\t  99 kB\nVmRSS:\t    1024 kB\n')).toBe(1_048_576);
  expect(parseResidentBytes('Name:\tnode\nState:\tZ (zombie)\n')).toBe(0);
});

test.runIf(process.platform === 'linux')('this process has used time and memory', async () => {
  const usage = await readProcessUsage(process.pid);
  expect(usage.cpuUs).toBeGreaterThan(0);
  expect(usage.residentBytes).toBeGreaterThan(1_000_000);
});

test.runIf(process.platform === 'linux')('the usage of several processes is their sum', async () => {
  const [one, both] = [await readTotalUsage([process.pid]), await readTotalUsage([process.pid, process.pid])];
  expect(both.residentBytes).toBeGreaterThan(one.residentBytes * 1.5);
  expect(both.cpuUs).toBeGreaterThanOrEqual(one.cpuUs * 2);
  expect(await readTotalUsage([])).toEqual({ cpuUs: 0, residentBytes: 0 });
});

import { expect, test } from 'vitest';
import { clusterUsage, readClusterOptions } from './cluster-options.ts';

test('5,000 viewers are at two web servers unless it is said otherwise', () => {
  expect(readClusterOptions([])).toEqual({ viewers: 5_000, servers: 2, 'in-flight': 50, help: false });
  expect(readClusterOptions(['--viewers', '100', '--servers', '3'])).toMatchObject({ viewers: 100, servers: 3 });
  expect(() => readClusterOptions(['--viewers', 'many'])).toThrow('--viewers:');
  expect(clusterUsage).toContain('--in-flight 50');
});

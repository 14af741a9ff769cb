import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openInstanceId } from './kurento-orphans.ts';

it('the id of an installation is created once and kept in its folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'instance-'));
  try {
    const first = await openInstanceId(join(folder, 'data'));
    expect(await openInstanceId(join(folder, 'data'))).toBe(first);
    expect(await openInstanceId(join(folder, 'other'))).not.toBe(first);
  } finally {
    await rm(folder, { recursive: true });
  }
});

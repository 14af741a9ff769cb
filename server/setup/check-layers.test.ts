import { describe, expect, it } from 'vitest';

// A script without types.
const script = new URL('check-layers.mjs', import.meta.url).href;
const { findFaults } = (await import(script)) as { findFaults: (sources: Map<string, string>) => string[] };

/** The faults in a project of these files, given as texts by their paths. */
function faultsOf(files: Record<string, string>): string[] {
  const whole = {
    'lib/errors.ts': 'export class AppError extends Error {}',
    'lib/browser/studio/publisher.ts': 'export class Publisher {}',
    'lib/browser/testing/fake-stream.ts': 'export class FakeStream {}',
    'server/closer.ts': 'export class Closer {}',
    'server/main.ts': 'export {};',
    'server/application.ts': 'export {};',
    'server/broadcast/broadcast.ts': 'export class Broadcast {}',
    'server/broadcast/media-gateway.ts': 'export interface MediaGateway {}',
    'server/embedded-kurento/media-server.ts': 'export const port = 8888;',
    'server/embedded-kurento/supervised-media-server.ts': 'export const standby = true;',
    ...files,
  };
  return findFaults(new Map(Object.entries(whole)));
}

describe('the layers', () => {
  it('let files import what the table allows, including types only', () => {
    expect(
      faultsOf({
        'server/application.ts': `import { standby } from './embedded-kurento/supervised-media-server.ts';
          import { Broadcast } from './broadcast/broadcast.ts';`,
        'server/kurento/kurento-gateway.ts': `import type { MediaGateway } from '../broadcast/media-gateway.ts';
          import kurento from 'kurento-client';`,
        'server/kurento/kurento-gateway.test.ts': `import { port } from '../embedded-kurento/media-server.ts';`,
        'lib/browser/studio/publisher.test.ts': `import { FakeStream } from '../testing/fake-stream.ts';`,
      }),
    ).toEqual([]);
  });

  it.each([
    ['lib/show-names.ts', '../server/closer.ts'],
    ['lib/show-names.test.ts', '../server/closer.ts'],
    ['lib/browser/watch/viewer-session.ts', '../studio/publisher.ts'],
    ['lib/browser/watch/viewer-session.ts', '../testing/fake-stream.ts'],
    ['components/watch/stage-player.tsx', '../../lib/browser/studio/publisher.ts'],
    ['components/watch/stage-player.tsx', '../../server/closer.ts'],
    ['app/page.tsx', '../server/closer.ts'],
    ['server/supervisor.ts', './main.ts'],
    ['server/main.ts', './broadcast/broadcast.ts'],
    ['server/application.ts', './embedded-kurento/media-server.ts'],
    ['server/closer.test.ts', '../bench/clock.ts'],
    ['server/kurento/kurento-gateway.ts', '../broadcast/broadcast.ts'],
    ['server/kurento/kurento-gateway.ts', '../embedded-kurento/supervised-media-server.ts'],
    ['server/broadcast/audience.ts', '../embedded-kurento/media-server.ts'],
    ['server/embedded-kurento/heartbeat.ts', '../closer.ts'],
    ['server/embedded-kurento/heartbeat.test.ts', '../closer.ts'],
    ['server/codecs/vp8.ts', '../../lib/errors.ts'],
    ['e2e/studio/show.spec.ts', '../../server/closer.ts'],
    ['components/new-folder/page.tsx', '../../lib/errors.ts'],
  ])('do not let %s import %s', (path, name) => {
    const kinds = [`import { it } from '${name}';`, `import type { It } from '${name}';`, `export * from '${name}';`];
    for (const text of [...kinds, `await import('${name}');`]) {
      expect(faultsOf({ 'bench/clock.ts': '', [path]: text }), text).toHaveLength(1);
    }
  });

  it.each([
    ['server/broadcast/audience.ts', 'kurento-client'],
    ['server/embedded-kurento/heartbeat.ts', 'node-datachannel'],
    ['server/http/health-route.ts', 'socket.io'],
    ['lib/show-names.ts', 'node:path'],
    ['components/ui/button.tsx', 'node:path'],
  ])('do not let %s know the package %s', (path, name) => {
    expect(faultsOf({ [path]: `import '${name}';` })).toEqual([expect.stringContaining(`${path} imports ${name}`)]);
  });

  it('find files that import each other in a cycle, for types too', () => {
    expect(
      faultsOf({
        'lib/one.ts': `import type { Two } from './two.ts';`,
        'lib/two.ts': `import type { Three } from './three.ts';`,
        'lib/three.ts': `export { one } from './one.ts';`,
      }),
    ).toEqual([expect.stringContaining('lib/one.ts → lib/two.ts → lib/three.ts → lib/one.ts')]);
  });

  it('find files and folders that are too large, except tests', () => {
    const lines = 'export {};\n'.repeat(301);
    expect(faultsOf({ 'lib/long.ts': lines, 'lib/long.test.ts': lines })).toEqual([
      expect.stringContaining('lib/long.ts has 301 lines'),
    ]);
    const files = Array.from({ length: 26 }, (_, index) => [`server/http/route-${index}.ts`, '']);
    expect(faultsOf(Object.fromEntries(files))).toEqual([expect.stringContaining('server/http has 26 files')]);
  });
});

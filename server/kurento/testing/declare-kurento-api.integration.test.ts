import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { declareKurentoApi } from './declare-kurento-api.ts';

/** The classes whose operations and events, including those of their ancestors, the application uses. */
const usedClasses = ['PassThrough', 'WebRtcEndpoint', 'RecorderEndpoint', 'ServerManager'];
const header = `/*
 * Generated from the definitions that come with kurento-client. To generate it again:
 *   npx vitest run server/kurento/testing/declare-kurento-api.integration.test.ts --update
 */
`;

it('the checked-in declarations are those of Kurento’s definitions', async () => {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const input = header + declareKurentoApi(usedClasses);
  const formatted = execFileSync(process.execPath, [biome, 'format', '--stdin-file-path=kurento-api.d.ts'], { input });
  await expect(formatted.toString()).toMatchFileSnapshot('../kurento-api.d.ts');
});

it('refuses to declare what Kurento does not define', () => {
  expect(() => declareKurentoApi(['NoSuchClass'])).toThrow('Kurento defines no class NoSuchClass');
});

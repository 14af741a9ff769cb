import { expect, test } from 'vitest';
import { janusConfiguration } from './janus-configuration.ts';

test('Janus is configured with one socket, one address for media, and without any other transport', () => {
  const files = janusConfiguration({ socketPath: '/tmp/a "b"/api.sock', mediaAddress: '192.0.2.1', eventLoops: 2 });
  expect(files.get('janus.transport.websockets.jcfg')).toContain('ws_unix = "/tmp/a \\"b\\"/api.sock"');
  const core = files.get('janus.jcfg');
  expect(core).toContain('ice_enforce_list = "192.0.2.1"');
  expect(core).toContain('event_loops = 2 ');
  expect(core).toContain('libjanus_http.so,');
  expect(core).not.toContain('videoroom');
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { EmbedOrigins } from '../../lib/embed-api.ts';
import { contentPolicy, frameAncestors, toastStyles } from './content-policy.ts';
import { setSecurityHeaders } from './security-headers.ts';

const others = ['https://school.example', 'http://intranet.example:8080'];

/** The headers of the response to a request, and those that the page sees of the request. */
function headersOf(url: string, embedOrigins: EmbedOrigins = [], sent: Record<string, string> = {}) {
  const request = new IncomingMessage(new Socket());
  request.url = url;
  Object.assign(request.headers, { host: 'live.example:3000', ...sent });
  const response = new ServerResponse(request);
  setSecurityHeaders(request, response, { embedOrigins, mediaOrigins: [], dev: false });
  return { sent: response.getHeaders(), seen: request.headers };
}

const directives = (policy: unknown): Record<string, string> =>
  Object.fromEntries(
    String(policy)
      .split('; ')
      .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
  );

it('lets the named sites and this one frame the player', () => {
  const policy = "'self' https://school.example http://intranet.example:8080";
  expect(frameAncestors('/embed/math-101', others)).toBe(policy);
  expect(frameAncestors('/embed/math-101?_rsc=1', others)).toBe(policy);
  expect(frameAncestors('/embed/math-101', [])).toBe("'self'");
  expect(frameAncestors('/embed/math-101', '*')).toBe('*');
  expect(headersOf('/embed/math-101').sent['x-frame-options']).toBe('SAMEORIGIN');
  expect(headersOf('/embed/math-101', others).sent['x-frame-options']).toBeUndefined();
  expect(headersOf('/embed/math-101', '*').sent['x-frame-options']).toBeUndefined();
});

it('lets nobody frame any other page, however its address is written', () => {
  for (const url of [
    '/',
    '/present',
    '/watch/math-101',
    '/embed',
    '/embed/',
    '/embed/../present',
    '/embed/x/present',
    '/embed/%2e%2e/present',
    '/embed/..%2fpresent',
    '//embed/math-101',
    '/EMBED/math-101',
    '',
  ]) {
    expect(frameAncestors(url, '*'), url).toBe("'none'");
    expect(headersOf(url, '*').sent['x-frame-options'], url).toBe('DENY');
  }
});

it('runs only scripts with the nonce of this one response, which nobody can foresee or choose', () => {
  const chosen = { 'content-security-policy': "script-src 'nonce-mine'", 'x-rostrum-nonce': 'mine' };
  const [one, two] = [headersOf('/', [], chosen), headersOf('/', [], chosen)];
  const scripts = directives(one.sent['content-security-policy'])['script-src'];
  expect(scripts).toMatch(/^'self' 'nonce-[\w+/]{22}==' 'strict-dynamic'$/);
  expect(directives(two.sent['content-security-policy'])['script-src']).not.toBe(scripts);
  expect(one.seen['content-security-policy']).toBe(one.sent['content-security-policy']);
  expect(scripts).toContain(`'nonce-${one.seen['x-rostrum-nonce']}'`);
  const reported = headersOf('/', [], { 'content-security-policy-report-only': "script-src 'nonce-mine'" });
  expect(reported.seen['content-security-policy-report-only']).toBeUndefined();
});

it('meets what Mozilla’s HTTP Observatory asks for', () => {
  const { sent } = headersOf('/watch/math-101');
  const policy = directives(sent['content-security-policy']);
  expect(policy['default-src']).toBe("'none'");
  for (const name of ['script-src', 'style-src', 'default-src', 'connect-src', 'media-src', 'img-src']) {
    expect(policy[name], name).not.toMatch(/unsafe|\*|https?:(?:\s|$)/);
  }
  expect([policy['base-uri'], policy['form-action'], policy['frame-ancestors']]).toEqual([
    "'none'",
    "'self'",
    "'none'",
  ]);
  expect(policy['object-src'] ?? policy['default-src']).toBe("'none'");
  expect(sent).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  expect(sent['permissions-policy']).toMatch(/^camera=\(self\), microphone=\(self\), display-capture=\(self\), /);
});

it('lets media come from the store for recordings where browsers are sent there', () => {
  const media = (mediaOrigins: string[]) =>
    directives(contentPolicy({ nonce: 'n', host: 'h', url: '/', embedOrigins: [], mediaOrigins, dev: false }))[
      'media-src'
    ];
  expect(media([])).toBe("'self' blob:");
  expect(media(['https://s3.example.org'])).toBe("'self' blob: https://s3.example.org");
});

it('allows sockets to the host that was requested, and copies nothing else from the request', () => {
  const connect = (host: string) =>
    directives(contentPolicy({ nonce: 'n', host, url: '/', embedOrigins: [], mediaOrigins: [], dev: false }))[
      'connect-src'
    ];
  expect(connect('live.example:3000')).toBe("'self' ws://live.example:3000 wss://live.example:3000");
  expect(connect('[2001:db8::7]:3000')).toBe("'self' ws://[2001:db8::7]:3000 wss://[2001:db8::7]:3000");
  for (const host of ['evil; script-src *', 'a b', "x'y", 'x\r\nSet-Cookie: a', '*', '']) {
    expect(connect(host), host).toBe("'self'");
  }
});

it('knows the styles of the installed version of the toasts', () => {
  const source = readFileSync(createRequire(import.meta.url).resolve('sonner'), 'utf8');
  const styles = /__insertCSS\(("(?:[^"\\]|\\.)*")\)/.exec(source)?.[1];
  const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  expect(toastStyles).toEqual([hash(''), hash(JSON.parse(styles ?? '""'))]);
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import ICAL from 'ical.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jpegOf } from '../../lib/testing/jpeg.ts';
import { openLogger } from '../logger.ts';
import { ask, key, SignalingRig } from '../signaling/testing/signaling-rig.ts';
import { createCalendarRoute } from './calendar-route.ts';
import { createThumbnailRoute } from './thumbnail-route.ts';

const logger = openLogger('silent');
const image = jpegOf(320, 180);
let rig: SignalingRig;
let server: Server;
let url: string;

beforeEach(async () => {
  rig = await SignalingRig.open();
  const { access, thumbnails, upcoming } = rig;
  const routes = [
    createThumbnailRoute({ live: { thumbnails }, access, logger }),
    createCalendarRoute({ live: { upcoming }, access, publicUrl: null, logger }),
  ];
  server = createServer((request, response) => {
    if (!routes.some((route) => route(request, response))) response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rig.close();
});

/** What lets a viewer in to a channel with this passcode. */
async function enter(channel: string, passcode: string): Promise<Record<string, string>> {
  const reply = await ask(await rig.connect(), 'channel:enter', { channel, passcode });
  if (!reply.ok) throw new Error(reply.error.message);
  return { authorization: `Bearer ${reply.data.ticket}` };
}

describe('the preview of a show', () => {
  const path = () => `${url}/api/broadcasts/math-101/thumbnail`;

  it('is a JPEG that browsers check before they show it again', async () => {
    const { presenter } = await rig.goLive();
    await ask(presenter, 'broadcast:thumbnail', { image });
    const response = await fetch(`${path()}?v=1`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=10',
    });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(image));
    const tag = response.headers.get('etag') ?? '';
    const again = await fetch(path(), { headers: { 'if-none-match': tag } });
    expect([again.status, again.headers.get('etag')]).toEqual([304, tag]);
    const head = await fetch(path(), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '200']);
    await ask(presenter, 'broadcast:thumbnail', { image });
    expect((await fetch(path(), { headers: { 'if-none-match': tag } })).status).toBe(200);
  });

  it('is not there without a show, and for channels that cannot be', async () => {
    expect((await fetch(path())).status).toBe(404);
    await rig.goLive();
    expect((await fetch(path())).status).toBe(404);
    expect((await fetch(`${url}/api/broadcasts/NO%2F/thumbnail`)).status).toBe(204);
    expect((await fetch(path(), { method: 'POST' })).status).toBe(405);
  });

  it('of a locked channel is for those who may watch it', async () => {
    const { presenter } = await rig.goLive();
    await ask(presenter, 'broadcast:thumbnail', { image });
    await ask(presenter, 'passcode:set', { key, channel: 'math-101', passcode: 'seven blue chairs' });
    const refused = await fetch(path());
    expect([refused.status, (await refused.json()).error.code]).toEqual([401, 'passcode-required']);
    expect((await fetch(path(), { headers: await enter('math-101', 'seven blue chairs') })).status).toBe(200);
  });
});

describe('the calendar file of an announced show', () => {
  const startsAt = Math.ceil(Date.now() / 60_000) * 60_000 + 86_400_000;
  const announce = async (changes: Record<string, unknown> = {}) =>
    await ask(await rig.connect(), 'show:announce', { key, channel: 'math-101', title: 'Sums', startsAt, ...changes });
  const read = async () => {
    const response = await fetch(`${url}/api/upcoming/math-101.ics`);
    const calendar = new ICAL.Component(ICAL.parse(await response.text()));
    return { response, event: new ICAL.Event(calendar.getFirstSubcomponent('vevent') ?? undefined) };
  };

  it('has its title, its time, and the address of its page', async () => {
    await announce();
    const { response, event } = await read();
    expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(response.headers.get('content-disposition')).toContain('math-101.ics');
    expect(event.summary).toBe('Sums');
    expect(event.startDate.toJSDate().getTime()).toBe(startsAt);
    expect(event.component.getFirstPropertyValue('url')).toBe(`${url}/watch/math-101`);
  });

  it('changes the same entry when the show is changed, and is another one for another show', async () => {
    await announce();
    const first = (await read()).event;
    await announce({ startsAt: startsAt + 3_600_000 });
    const second = (await read()).event;
    expect([second.uid, second.sequence]).toEqual([first.uid, Number(first.sequence) + 1]);
    expect(second.startDate.toJSDate().getTime()).toBe(startsAt + 3_600_000);
    await ask(await rig.connect(), 'show:withdraw', { key, channel: 'math-101' });
    expect((await fetch(`${url}/api/upcoming/math-101.ics`)).status).toBe(404);
    await announce();
    expect((await read()).event.uid).not.toBe(first.uid);
  });

  it('of a locked channel is for those who may watch it', async () => {
    await announce({ title: 'Marks of the term' });
    await ask(await rig.connect(), 'passcode:set', { key, channel: 'math-101', passcode: 'seven blue chairs' });
    const refused = await fetch(`${url}/api/upcoming/math-101.ics`);
    expect(refused.status).toBe(401);
    expect(await refused.text()).not.toContain('Marks');
    const headers = await enter('math-101', 'seven blue chairs');
    expect(await (await fetch(`${url}/api/upcoming/math-101.ics`, { headers })).text()).toContain('Marks of the term');
  });
});

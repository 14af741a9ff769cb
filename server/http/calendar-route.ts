import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/access.ts';
import { sendError } from '../access/json-answers.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';
import type { Logger } from '../logger.ts';
import { writeCalendar } from './calendar-file.ts';
import { createChannelRoute } from './channel-route.ts';
import type { Route } from './http-server.ts';

/** The parts that the route needs; `upcoming` is null while the server starts. */
type CalendarRouteParts = {
  live: Readonly<{ upcoming: Pick<UpcomingShows, 'forCalendar'> | null }>;
  access: Access;
  /** The address at which people reach the server; `null` if it is the one that they ask for. */
  publicUrl: string | null;
  logger: Logger;
};

const address = /^\/api\/upcoming\/([^/]+)\.ics$/;

/** Answers `GET /api/upcoming/<channel>.ics` with the announced show as a calendar file, to those who may watch it. */
export function createCalendarRoute({ live, publicUrl, ...parts }: CalendarRouteParts): Route {
  return createChannelRoute({ ...parts, address, failure: 'A calendar file could not be sent', answer });

  async function answer(channel: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const show = live.upcoming?.forCalendar(channel) ?? null;
    if (show === null) {
      sendError(response, 404, { code: 'not-live', message: 'No show is announced on this channel.' });
      return;
    }
    const url = `${publicUrl === null ? originOf(request) : new URL(publicUrl).origin}/watch/${channel}`;
    const file = Buffer.from(writeCalendar({ ...show, url, madeAt: Date.now() }));
    response.writeHead(200, {
      'Content-Type': 'text/calendar; charset=utf-8',
      'Content-Length': file.length,
      // Telephones open it in their calendar; other browsers, which cannot show it, save it.
      'Content-Disposition': `inline; filename="${channel}.ics"`,
      'Cache-Control': 'private, no-cache',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : file);
  }
}

function originOf({ socket, headers }: IncomingMessage): string {
  return `${'encrypted' in socket ? 'https' : 'http'}://${headers.host ?? 'localhost'}`;
}

/** An event as a calendar file tells it. Times are milliseconds since the epoch. */
export type CalendarEvent = {
  /** By this, calendars find the entry that a later file changes. */
  uid: string;
  /** How often the event was changed. */
  sequence: number;
  title: string;
  startsAt: number;
  /** The address of the page on which it takes place. */
  url: string;
  /** When the file is made. */
  madeAt: number;
};

/** Nobody says how long a show will take. Without an end, calendars show a line without height. */
const durationMs = 3_600_000;

/**
 * A calendar file with one event, and a reminder ten minutes before it (RFC 5545). It has no words of its own, as the
 * person who opens it may read any language.
 */
export function writeCalendar({ uid, sequence, title, startsAt, url, madeAt }: CalendarEvent): string {
  const summary = escapeText(title);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Rostrum//Announcements//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `SEQUENCE:${sequence}`,
    `DTSTAMP:${utc(madeAt)}`,
    `DTSTART:${utc(startsAt)}`,
    `DTEND:${utc(startsAt + durationMs)}`,
    `SUMMARY:${summary}`,
    `DESCRIPTION:${escapeText(url)}`,
    `URL:${url}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'TRIGGER:-PT10M',
    `DESCRIPTION:${summary}`,
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

/** RFC 5545 §3.3.5, in UTC: `20261127T190000Z`. */
function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** RFC 5545 §3.3.11. Control characters are not allowed at all. */
function escapeText(text: string): string {
  return text
    .replaceAll(/[\\;,]/g, '\\$&')
    .replaceAll(/\r\n|\r|\n/g, '\\n')
    .replaceAll(/\p{Cc}/gu, '');
}

/** RFC 5545 §3.1: a line has at most 75 bytes, and goes on after a line break and a space. No character is divided. */
function fold(line: string): string {
  let folded = '';
  let bytes = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (bytes + length > 75) {
      folded += '\r\n ';
      bytes = 1;
    }
    folded += character;
    bytes += length;
  }
  return folded;
}

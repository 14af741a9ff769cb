import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { type CalendarEvent, writeCalendar } from './calendar-file.ts';

const event: CalendarEvent = {
  uid: 'b0c7',
  sequence: 3,
  title: 'Sums',
  startsAt: Date.UTC(2026, 10, 27, 19, 0),
  url: 'https://rostrum.example/watch/math-101',
  madeAt: Date.UTC(2026, 10, 20, 8, 30, 15),
};

function read(changes: Partial<CalendarEvent> = {}): ICAL.Component {
  const calendar = new ICAL.Component(ICAL.parse(writeCalendar({ ...event, ...changes })));
  return calendar.getFirstSubcomponent('vevent') ?? expect.unreachable('the file has no event');
}

describe('a calendar file', () => {
  it('says what, when and where, and by what calendars know it', () => {
    const entry = new ICAL.Event(read());
    expect([entry.uid, entry.sequence, entry.summary]).toEqual(['b0c7', 3, 'Sums']);
    expect(entry.startDate.toJSDate()).toEqual(new Date(event.startsAt));
    expect(entry.endDate.toJSDate()).toEqual(new Date(event.startsAt + 3_600_000));
    expect(entry.component.getFirstPropertyValue('url')).toBe(event.url);
    expect(String(entry.component.getFirstPropertyValue('dtstamp'))).toBe('2026-11-20T08:30:15Z');
  });

  it('reminds ten minutes before', () => {
    const alarm = read().getFirstSubcomponent('valarm');
    expect(alarm?.getFirstPropertyValue('action')).toBe('DISPLAY');
    expect(String(alarm?.getFirstPropertyValue('trigger'))).toBe('-PT10M');
  });

  it.each([
    'Sums, products; and a \\ backslash: “quotes”',
    'Line one\nEND:VEVENT',
    '한국어 제목이 아주 길어서 한 줄에 들어가지 않으므로 여러 줄로 나누어야 하는 방송',
    '👩‍🏫'.repeat(20),
    'x'.repeat(80),
  ])('keeps the title “%s”', (title) => {
    expect(read({ title }).getFirstPropertyValue('summary')).toBe(title);
  });

  it('leaves out control characters, which no calendar accepts', () => {
    expect(read({ title: 'Su\u0000m\u0007s' }).getFirstPropertyValue('summary')).toBe('Sums');
  });

  it('has lines of at most 75 bytes that end as the standard says', () => {
    const text = writeCalendar({ ...event, title: '한'.repeat(80) });
    const lines = text.split('\r\n');
    expect(lines.pop()).toBe('');
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });
});

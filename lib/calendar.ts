/** `GET`, `HEAD`: the show that is announced on `channel`, as a calendar file (RFC 5545). */
export function calendarPath(channel: string): string {
  return `/api/upcoming/${channel}.ics`;
}

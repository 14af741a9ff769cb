/**
 * Adds parameters to the format of `payloadType` in a section of SDP (`a=fmtp`, https://www.rfc-editor.org/rfc/rfc8866#section-6.15).
 * A parameter that has a value there keeps it.
 *
 * @param section one media description, from its `m=` line on
 * @returns the same text when all are there, or nothing maps that payload type
 */
export function addFormatParameters(
  section: string,
  payloadType: string,
  parameters: Readonly<Record<string, string | number>>,
): string {
  const [line, value] = new RegExp(`^a=fmtp:${payloadType} ([^\\r\\n]*)`, 'm').exec(section) ?? [];
  const present = (value ?? '').split(';').map((parameter) => parameter.split('=')[0]?.trim());
  const added = Object.entries(parameters)
    .filter(([name]) => !present.includes(name))
    .map(([name, wanted]) => `${name}=${wanted}`)
    .join(';');
  if (added === '') return section;
  if (line !== undefined) return section.replace(line, `${line};${added}`);
  const map = new RegExp(`^a=rtpmap:${payloadType} [^\\r\\n]*(\\r?\\n)`, 'm');
  return section.replace(map, (rtpmap, end: string) => `${rtpmap}a=fmtp:${payloadType} ${added}${end}`);
}

/**
 * The address of the watch page. It has no hash or query, so that none of the presenter's secrets is shared with it.
 */
export function watchAddress(origin: string, channel: string): string {
  return `${origin}/watch/${channel}`;
}

/** HTML that embeds the player of a channel in another site's page. */
export function embedCode(origin: string, channel: string, title: string): string {
  const name = title.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return [
    `<iframe src="${origin}/embed/${channel}" title="${name}"`,
    'allow="autoplay; fullscreen; picture-in-picture" allowfullscreen',
    'style="width: 100%; aspect-ratio: 16 / 9; border: 0"></iframe>',
  ].join(' ');
}

/** Whether a host name means "this computer", so that a link to it works for no one else. */
export function isLocalHost(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

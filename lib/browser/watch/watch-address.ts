/** The address of the watch page. Without hash or query: nothing of the presenter's may travel with it. */
export function watchAddress(origin: string, channel: string): string {
  return `${origin}/watch/${channel}`;
}

/** HTML that puts the player of a channel on somebody's own page. */
export function embedCode(origin: string, channel: string, title: string): string {
  const name = title.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return [
    `<iframe src="${origin}/embed/${channel}" title="${name}"`,
    'allow="autoplay; fullscreen; picture-in-picture" allowfullscreen',
    'style="width: 100%; aspect-ratio: 16 / 9; border: 0"></iframe>',
  ].join(' ');
}

/** Whether a host's name means "this computer", so that nobody else can follow a link to it. */
export function isLocalHost(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

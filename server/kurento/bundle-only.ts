/** The port that stands for "not known yet" where candidates travel by themselves (RFC 8838 §4.1). */
const unknownPort = 9;

/**
 * An offer in which every m-line that is wanted has a port. With `bundlePolicy: 'max-bundle'` Firefox offers all but the
 * first m-line with port 0 and `a=bundle-only` (RFC 9143 §7.2.1): wanted, but over the transport of the first one alone.
 * Kurento knows nothing of that, takes port 0 for a refusal (RFC 3264 §5.1), and answers without a picture. It bundles
 * whatever is in the group, so all goes over one transport all the same. Chromium and Safari offer it in this way.
 *
 * @param sdp the browser's offer; what is no SDP is returned as it is
 */
export function withPorts(sdp: string): string {
  const [session = '', ...medias] = sdp.split(/^(?=m=)/m);
  return [session, ...medias.map((media) => (bundleOnly.test(media) ? withPort(media) : media))].join('');
}

const bundleOnly = /^a=bundle-only[ \t]*(?:\r\n|\r|\n|$)/m;

/** The port is that of the transport over which it will go; the attribute means nothing beside a port. */
function withPort(media: string): string {
  return media.replace(/^(m=\S+) 0 /, `$1 ${unknownPort} `).replace(bundleOnly, '');
}

/*
 * Janus reads libconfig files out of a folder. Plugins and transports can only be named to be left out.
 * https://janus.conf.meetecho.com/docs/deploy.html
 */

const otherPlugins = [
  'audiobridge',
  'duktape',
  'echotest',
  'lua',
  'nosip',
  'recordplay',
  'sip',
  'streaming',
  'textroom',
  'videocall',
  'voicemail',
];
const otherTransports = ['http', 'mqtt', 'nanomsg', 'pfunix', 'rabbitmq'];

/** How a Janus differs from another. */
export type JanusOptions = {
  /** The IPv4 address that it takes media on. */
  mediaAddress: string;
  /** How many threads all peers share; 0, as it comes, gives every peer a thread of its own. */
  eventLoops: number;
};

/**
 * The files that make Janus a media server with video rooms and nothing else, by name. It is asked over a Unix socket
 * at `socketPath`, whose WebSocket no other machine reaches and which needs no free port; media has a port of its own
 * for every peer.
 */
export function janusConfiguration(options: JanusOptions & { socketPath: string }): Map<string, string> {
  const core = [
    // Only errors: what Janus writes about each peer would be counted as its work.
    `general: { debug_level = 2, debug_colors = false, event_loops = ${options.eventLoops} }`,
    'media: { ipv6 = false, rtp_port_range = "20000-40000" }',
    `nat: { ice_enforce_list = ${quoted(options.mediaAddress)} }`,
    `plugins: { disable = ${quoted(libraries(otherPlugins))} }`,
    `transports: { disable = ${quoted(libraries(otherTransports))} }`,
    'loggers: { disable = "libjanus_jsonlog.so" }',
  ];
  const sockets = `general: { json = "compact", ws = true, ws_unix = ${quoted(options.socketPath)}, wss = false }`;
  return new Map([
    ['janus.jcfg', `${core.join('\n')}\n`],
    ['janus.transport.websockets.jcfg', `${sockets}\n`],
    // The room is made by request; without a file, Janus would speak of an error.
    ['janus.plugin.videoroom.jcfg', ''],
  ]);
}

function libraries(names: readonly string[]): string {
  return names.map((name) => `libjanus_${name}.so`).join(',');
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/*
 * Janus reads libconfig files from a folder. Plugins and transports can only be disabled by name.
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

/** The options of one Janus. */
export type JanusOptions = {
  /** The IPv4 address on which it accepts media. */
  mediaAddress: string;
  /** How many threads all peers share; 0, the default, gives every peer its own thread. */
  eventLoops: number;
};

/**
 * The configuration files, by name, that make Janus a media server with video rooms and nothing else. Its API is a
 * WebSocket over a Unix socket at `socketPath`, which no other machine can reach and which needs no free port. Every
 * peer has its own port for media.
 */
export function janusConfiguration(options: JanusOptions & { socketPath: string }): Map<string, string> {
  const core = [
    // Only errors: the cost of logging about each peer would be counted as Janus' work.
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
    // The room is created by a request; without a file, Janus would log an error.
    ['janus.plugin.videoroom.jcfg', ''],
  ]);
}

function libraries(names: readonly string[]): string {
  return names.map((name) => `libjanus_${name}.so`).join(',');
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

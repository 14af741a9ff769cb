/** The names of all that web servers keep in Redis. */
export const redisKeys = {
  /** A sorted set: the web servers, by the time in milliseconds until which they count as alive. */
  roster: 'rostrum:servers',
  /** The time of the last heartbeat of any web server, in milliseconds. */
  lastHeartbeat: 'rostrum:last-heartbeat',
  /** There for as long as web servers take their leases again, after nobody could renew one. */
  regrouping: 'rostrum:regrouping',
  /** A hash: the highest fencing number of each channel so far. */
  fences: 'rostrum:fences',
  /** `<fencing number>:<web server>`, which expires. */
  lease: (channel: string) => `rostrum:lease:${channel}`,
  /** The web server that works on a recording's copy in the store for recordings; it expires. */
  recordingClaim: (recordingId: string) => `rostrum:recording:${recordingId}`,
  /** A hash: each show that is on air, as JSON, by channel. */
  saved: 'rostrum:on-air',
  /** A hash: each announced show as JSON, by channel. */
  upcoming: 'rostrum:upcoming',
  /** A hash: the passcode of each channel as JSON, hashed. */
  passcodes: 'rostrum:passcodes',
  /** A hash: each presenter key as JSON, hashed, by id. */
  presenterKeys: 'rostrum:presenter-keys',
  /** A hash: which version of an item of a single web server was moved here, by `<list>:<key>`. */
  moved: 'rostrum:moved',
  /** A sorted set: the media servers that registered themselves, by the time in milliseconds until which that lasts. */
  mediaServerLeases: 'rostrum:media-server-leases',
  /** A hash: the address of each of them as JSON, without its secret, by a random id. */
  mediaServers: 'rostrum:media-servers',
  /** A hash: the media servers that are being drained, as JSON, by the id that the pool shows. */
  drained: 'rostrum:drained',
  /** A random text that another one takes the place of if Redis loses its data. */
  generation: 'rostrum:generation',
  /** The secret with which sessions and tickets are signed. */
  sessionSecret: 'rostrum:session-secret',
  /** A hash, which expires: what the lobby shows of a web server's channels, as JSON, by channel. */
  lobby: (serverId: string) => `rostrum:lobby:${serverId}`,
  /** A list, which expires: what happened in the conversation of a show, as JSON. */
  conversation: (broadcastId: string) => `rostrum:conversation:${broadcastId}`,
  /** `<version>:<the JPEG in Base64>`, which expires: the preview of the broadcast on a channel. */
  thumbnail: (channel: string) => `rostrum:thumbnail:${channel}`,
  /** A stream: the messages for one web server; it expires. */
  inbox: (serverId: string) => `rostrum:inbox:${serverId}`,
  /** A stream: the messages for all web servers. */
  everyone: 'rostrum:inbox',
} as const;

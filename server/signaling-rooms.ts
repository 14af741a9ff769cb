/** The room of the sockets that follow `channel`. */
export const channelRoom = (channel: string): string => `channel:${channel}`;

/** The room of the sockets that look at the lobby. */
export const lobbyRoom = 'lobby';

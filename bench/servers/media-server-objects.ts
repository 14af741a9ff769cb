import WebSocket from 'ws';

/** How many pipelines the media server at `url` has, requested over the Kurento Protocol. */
export function countPipelines(url: string): Promise<number> {
  const socket = new WebSocket(url);
  return new Promise<number>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      const params = {
        object: 'manager_ServerManager',
        operation: 'getPipelines',
        sessionId: 'a look at what is left',
      };
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'invoke', params }));
    });
    socket.once('message', (frame) => {
      resolve(JSON.parse(String(frame)).result.value.length);
    });
  }).finally(() => socket.close());
}

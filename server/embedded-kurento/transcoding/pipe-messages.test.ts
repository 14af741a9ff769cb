import { describe, expect, it } from 'vitest';
import { type Command, type PipedFrame, type PipeMessage, PipeReader, writeFrame, writeJson } from './pipe-messages.ts';

const frame: PipedFrame = {
  id: 70_000,
  isKeyframe: true,
  stream: 200,
  atMs: 1234.5,
  capturedMs: 1_790_000_000_000.25,
  sentMs: 1_790_000_000_100,
  data: Buffer.from('some bytes of a picture'),
};
const command: Command = { do: 'encode', id: 3, input: 2, codec: 'H264' };
const stream = Buffer.concat([writeJson(command), writeFrame(frame), writeFrame({ ...frame, data: Buffer.alloc(0) })]);

function readInPieces(bytes: Buffer, size: number): PipeMessage<Command>[] {
  const messages: PipeMessage<Command>[] = [];
  const reader = new PipeReader<Command>((message) => messages.push(message));
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return messages;
}

describe('messages in the pipe', () => {
  it('R180: arrive as they were written, however they are cut', () => {
    for (const size of [1, 2, 3, 7, 40, 1000]) {
      const [first, second, third, ...more] = readInPieces(stream, size);
      expect(first).toEqual({ json: command, frame: null });
      expect(second).toEqual({ json: null, frame });
      expect(third?.frame?.data.length).toBe(0);
      expect(more).toEqual([]);
    }
  });

  it('R180: are refused when their length makes no sense', () => {
    const reader = new PipeReader<Command>(() => undefined);
    expect(() => reader.push(Buffer.from([0xff, 0, 0, 0]))).toThrow('A message of 4278190080 bytes is not one');
  });
});

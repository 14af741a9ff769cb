import { expect, test } from 'vitest';
import { preferVp8 } from './peer-connection.ts';

test('VP8 comes first and the rest keeps its order', () => {
  const codecs = ['video/H264', 'video/VP8', 'video/rtx', 'video/VP9'].map((mimeType) => ({ mimeType }));
  expect(preferVp8(codecs).map(({ mimeType }) => mimeType)).toEqual([
    'video/VP8',
    'video/H264',
    'video/rtx',
    'video/VP9',
  ]);
});

import { describe, expect, it } from 'vitest';
import { answerBytes, fileTag } from './byte-range.ts';

const modifiedAt = Date.UTC(2026, 10, 22, 14, 5, 6, 789);
const file = { etag: fileTag({ sizeBytes: 1_000, writtenAt: modifiedAt }), modifiedAt, sizeBytes: 1_000 };
const second = new Date(modifiedAt).toUTCString();
const before = new Date(modifiedAt - 60_000).toUTCString();

describe('a range of bytes', () => {
  it.each([
    ['bytes=0-99', 0, 99],
    ['bytes=990-', 990, 999],
    ['bytes=-10', 990, 999],
    ['bytes=-99999999999999999999', 0, 999],
    ['bytes=0-99999', 0, 999],
    ['BYTES = 5 - 5', 5, 5],
  ])('is read from %s', (range, first, last) => {
    expect(answerBytes({ range }, file)).toEqual({ status: 206, first, last });
  });

  it.each(['bytes=1000-', 'bytes=-0', 'bytes=5-4', 'bytes=99999-100000'])('is refused if it is %s', (range) => {
    expect(answerBytes({ range }, file)).toEqual({ status: 416 });
  });

  it.each(['bytes', 'bytes=', 'bytes=-', 'bytes=a-b', 'items=0-1', 'bytes=0-1,5-6', 'bytes=0--1'])(
    'is ignored if it is %s',
    (range) => {
      expect(answerBytes({ range }, file)).toEqual({ status: 200 });
    },
  );

  it('counts only for the file that the client began with', () => {
    const range = 'bytes=0-9';
    for (const condition of [file.etag, second]) {
      expect(answerBytes({ range, 'if-range': condition }, file)).toMatchObject({ status: 206 });
    }
    for (const condition of ['"another"', before, 'nonsense']) {
      expect(answerBytes({ range, 'if-range': condition }, file)).toEqual({ status: 200 });
    }
  });
});

describe('a condition', () => {
  it('spares a client that has the file', () => {
    const { etag } = file;
    for (const headers of [
      { 'if-none-match': etag },
      { 'if-none-match': `"x", ${etag}` },
      { 'if-none-match': '*' },
      { 'if-modified-since': second },
    ]) {
      expect(answerBytes({ ...headers, range: 'bytes=0-1' }, file)).toEqual({ status: 304 });
      expect(answerBytes({ ...headers, 'cache-control': 'no-cache' }, file)).toEqual({ status: 200 });
    }
    expect(answerBytes({ 'if-none-match': '"x"', 'if-modified-since': second }, file)).toEqual({ status: 200 });
    expect(answerBytes({ 'if-modified-since': before }, file)).toEqual({ status: 200 });
  });

  it('refuses a client that wants another file', () => {
    for (const headers of [{ 'if-match': '"x"' }, { 'if-unmodified-since': before }]) {
      expect(answerBytes(headers, file)).toEqual({ status: 412 });
    }
    for (const headers of [{ 'if-match': file.etag }, { 'if-match': '*' }, { 'if-unmodified-since': second }]) {
      expect(answerBytes(headers, file)).toEqual({ status: 200 });
    }
  });
});

import { describe, expect, it } from 'vitest';
import { agreedKinds } from './answer-media.ts';

function sdp(...sections: string[]) {
  return ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', ...sections, ''].join('\r\n');
}

function section(kind: 'audio' | 'video' | 'application', direction?: string, port = 9) {
  const lines = [`m=${kind} ${port} UDP/TLS/RTP/SAVPF 96`, 'c=IN IP4 0.0.0.0'];
  if (direction !== undefined) lines.push(`a=${direction}`);
  return lines.join('\r\n');
}

describe('agreedKinds', () => {
  it('names what the server receives from a presenter', () => {
    const offer = sdp(section('audio', 'sendonly'), section('video', 'sendonly'));
    expect(agreedKinds(offer, sdp(section('audio', 'recvonly'), section('video', 'recvonly')), 'receives')).toEqual([
      'audio',
      'video',
    ]);
  });

  it('leaves out what is rejected, inactive or goes the other way', () => {
    const offer = sdp(section('audio', 'sendonly'), section('video', 'sendonly'));
    expect(agreedKinds(offer, sdp(section('audio', 'recvonly'), section('video', 'recvonly', 0)), 'receives')).toEqual([
      'audio',
    ]);
    expect(agreedKinds(offer, sdp(section('audio', 'inactive'), section('video', 'recvonly')), 'receives')).toEqual([
      'video',
    ]);
    expect(agreedKinds(offer, sdp(section('audio', 'sendonly'), section('video', 'recvonly')), 'receives')).toEqual([
      'video',
    ]);
  });

  it('takes a missing direction for both ways and knows the direction of the whole session', () => {
    const offer = sdp(section('video', 'sendrecv'));
    expect(agreedKinds(offer, sdp(section('video')), 'receives')).toEqual(['video']);
    expect(agreedKinds(offer, sdp('a=sendonly', section('video')), 'sends')).toEqual(['video']);
  });

  it('fails with no-common-codec if everything that was offered is rejected', () => {
    const offer = sdp(section('video', 'sendonly'));
    expect(() => agreedKinds(offer, sdp(section('video', 'inactive')), 'receives')).toThrow(
      expect.objectContaining({ code: 'no-common-codec' }),
    );
  });

  it('fails with bad-offer if nothing was offered', () => {
    const offer = sdp(section('application'), section('video', 'recvonly'));
    expect(() => agreedKinds(offer, sdp(section('video', 'sendonly')), 'receives')).toThrow(
      expect.objectContaining({ code: 'bad-offer' }),
    );
  });
});

import { parse, write } from 'sdp-transform';

/** An entry that refers to a format by its number, or to all formats by a star. */
type Numbered = { payload: number | string };

/**
 * Turns each of two offers into the answer to the other: viewers of Rostrum make offers, and so does Janus to the
 * subscribers of a room. `sender` is the offer of the sending side. Formats keep the sender's numbers, as those of an
 * answer must, and the sender begins the DTLS handshake. Both consider themselves the controlling ICE agent; the
 * tie-breaker of ICE resolves that: https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.1
 * @throws Error when they have no line or no format in common
 */
export function crossOffers(offers: { sender: string; receiver: string }): { forSender: string; forReceiver: string } {
  const receiver = parse(offers.receiver);
  const sent = parse(offers.sender).media;
  const media = receiver.media.map((line) => {
    const counterpart = sent.find(({ mid, type }) => mid === line.mid && type === line.type);
    if (counterpart === undefined) throw new Error(`The sender offers no ${line.type} on line ${line.mid}.`);
    const numbers = new Map<number, number>();
    for (const { payload, codec } of line.rtp) {
      const same = counterpart.rtp.find((format) => format.codec.toLowerCase() === codec.toLowerCase());
      if (same !== undefined) numbers.set(payload, same.payload);
    }
    if (numbers.size === 0) throw new Error(`There is no format for ${line.type} that both offer.`);
    const renumber = <Entry extends Numbered>(entries: readonly Entry[] | undefined): Entry[] =>
      (entries ?? []).flatMap((entry) => {
        if (entry.payload === '*') return [entry];
        const payload = numbers.get(Number(entry.payload));
        return payload === undefined ? [] : [{ ...entry, payload }];
      });
    return {
      ...line,
      payloads: [...numbers.values()].join(' '),
      rtp: renumber(line.rtp),
      fmtp: renumber(line.fmtp),
      rtcpFb: renumber(line.rtcpFb),
      setup: 'passive',
    };
  });
  return {
    forSender: write({ ...receiver, media }),
    forReceiver: offers.sender.replaceAll('a=setup:actpass', 'a=setup:active'),
  };
}

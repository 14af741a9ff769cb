import { parse, write } from 'sdp-transform';

/** What speaks of a format by its number, or of all with a star. */
type Numbered = { payload: number | string };

/**
 * Two offers that meet, each turned into the answer to the other: viewers of Rostrum offer, and Janus offers to those
 * who watch a room. `sender` is the offer of the one who sends. Formats keep the sender's numbers, as an answer's
 * have to, and its side begins the DTLS handshake. Both take themselves for the controlling side of ICE, which its
 * tie-breaker settles: https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.1
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

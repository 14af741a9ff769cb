import { useFormatter } from 'use-intl';

/** Figures of a connection, written as the language of the page has them. */
export type Figures = {
  /** 640 kbit/s, 2.4 Mbit/s */
  rate: (kbps: number) => string;
  /** A share of 0 … 1: 4 %, 0.5 % */
  share: (share: number) => string;
  /** 30 ms */
  time: (ms: number) => string;
};

/** Figures of a connection in the language of the page. The signs of units are the same in all languages. */
export function useFigures(): Figures {
  const format = useFormatter();
  return {
    rate: (kbps) => {
      if (kbps < 1_000) return `${format.number(kbps, { maximumFractionDigits: 0 })} kbit/s`;
      return `${format.number(kbps / 1_000, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} Mbit/s`;
    },
    share: (share) =>
      format.number(share, { style: 'percent', maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 }),
    time: (ms) => `${format.number(ms, { maximumFractionDigits: 0 })} ms`,
  };
}

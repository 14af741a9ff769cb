import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';
import { type Result, ratioColumn, resultColumns, tableOf } from './results-table.ts';

function resultOf(changes: Partial<Result>): Result {
  const delaysUs = new Histogram();
  for (let value = 1; value <= 100; value += 1) delaysUs.record(value * 100);
  return {
    server: 'rostrum',
    viewers: 20,
    seconds: 10,
    sent: 1_000,
    received: Array.from({ length: 20 }, () => 1_000),
    mediaCpuUs: 500_000,
    webCpuUs: 0,
    clientCpuUs: 1_000_000,
    strangerCpuUs: 0,
    residentBytes: { before: 100 * 2 ** 20, during: 110 * 2 ** 20 },
    firstVideoMs: [100, 200],
    answerMs: [10],
    delaysUs,
    duplicates: 0,
    keyframeRequests: 1,
    stalls: 0,
    brokenLinks: 0,
    failures: [],
    ...changes,
  };
}

/** The cells of the row of one result. */
function cellsOf(changes: Partial<Result>): string[] {
  const row = tableOf(resultColumns, [resultOf(changes)]).split('\n')[2] ?? '';
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

test('a row shows shares, costs and times in the units of its head', () => {
  expect(cellsOf({})).toEqual(['20', '100.00', '100.00', '25.0', '5', '0.50', '100 / 200', '5.1 / 10.0', '10']);
});

test('one lost packet among many is never shown as none', () => {
  const received = Array.from({ length: 20 }, (_, viewer) => (viewer === 0 ? 99_999 : 100_000));
  expect(cellsOf({ sent: 100_000, received }).slice(1, 3)).toEqual(['99.99', '99.99']);
});

test('if no viewer received anything, there is nothing to divide by', () => {
  const cells = cellsOf({ viewers: 1, received: [0], firstVideoMs: [], delaysUs: new Histogram() });
  expect(cells.slice(1, 8)).toEqual(['0.00', '0.00', '–', '5', '–', '– / –', '– / –']);
});

test('the cost of a packet is relative to Rostrum with as many viewers, wherever that is known', () => {
  const results = [
    resultOf({ server: 'janus', mediaCpuUs: 1_250_000 }),
    resultOf({}),
    resultOf({ server: 'bare', viewers: 21 }),
    resultOf({ server: 'bare', received: [0] }),
  ];
  const { cell } = ratioColumn(results);
  expect(results.map(cell)).toEqual(['2.50', '1.00', '–', '–']);
});

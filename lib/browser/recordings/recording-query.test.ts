import { describe, expect, test } from 'vitest';
import { isFiltered, queryInFragment, readQuery, writeQuery } from './recording-query.ts';

describe('the address of the list', () => {
  test.each([
    ['', { search: '', channel: null, sort: 'newest', isTrash: false }],
    [
      'q=%ED%95%9C%EA%B8%80+a%26b&channel=math-101',
      { search: '한글 a&b', channel: 'math-101', sort: 'newest', isTrash: false },
    ],
    ['sort=title&view=deleted', { search: '', channel: null, sort: 'title', isTrash: true }],
  ] as const)('%s is what it shows, and the other way round', (address, query) => {
    expect(readQuery(address)).toEqual(query);
    expect(writeQuery(query)).toBe(address);
  });

  test('ignores what it does not know', () => {
    expect(readQuery('sort=loudest&view=x&channel=&y=1')).toEqual(readQuery(''));
  });

  test('is in the fragment, beside which other fragments mean nothing', () => {
    expect(queryInFragment('#q=sums')).toMatchObject({ search: 'sums' });
    expect(queryInFragment('')).toEqual(readQuery(''));
    expect(queryInFragment('#main')).toBeNull();
  });

  test('does not count spaces as a search', () => {
    const query = readQuery('q=%20%20');
    expect([isFiltered(query), writeQuery(query)]).toEqual([false, '']);
  });
});

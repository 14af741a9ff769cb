'use client';

import { Search } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { RecordingQuery } from '../../lib/browser/recordings/recording-query.ts';
import type { RecordingListPage } from '../../lib/recording.ts';
import { maxSearchLength, recordingSorts } from '../../lib/recording-library.ts';
import { Input } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';

type RecordingToolbarProps = {
  query: RecordingQuery;
  channels: RecordingListPage['channels'];
  onChange: (change: Partial<RecordingQuery>, isTyping?: boolean) => void;
};

/** Search, channel and order of the list. */
export function RecordingToolbar({ query, channels, onChange }: RecordingToolbarProps) {
  const t = useTranslations('library.list');
  const format = useFormatter();
  const id = useId();
  const [typed, setTyped] = useState(query.search);
  // The browser's back button changes the search, too.
  useEffect(() => setTyped((now) => (now.trim() === query.search.trim() ? now : query.search)), [query.search]);
  const known = channels.some(({ name }) => name === query.channel);
  const listed = query.channel === null || known ? channels : [...channels, { name: query.channel, count: 0 }];
  return (
    <search className="grid grid-cols-2 gap-3 sm:grid-cols-[minmax(0,1fr)_auto_auto]">
      <div className="relative col-span-2 sm:col-span-1">
        <label htmlFor={`${id}-search`} className="sr-only">
          {t('search')}
        </label>
        <Search
          className="pointer-events-none absolute top-1/2 left-3.5 size-4.5 -translate-y-1/2 text-ink-soft"
          aria-hidden="true"
        />
        <Input
          id={`${id}-search`}
          type="search"
          className="pl-10"
          value={typed}
          maxLength={maxSearchLength}
          placeholder={t('searchHint')}
          autoComplete="off"
          enterKeyHint="search"
          onChange={({ currentTarget: { value } }) => {
            setTyped(value);
            onChange({ search: value }, true);
          }}
        />
      </div>
      <div className="min-w-0 sm:max-w-60">
        <label htmlFor={`${id}-channel`} className="sr-only">
          {t('channel')}
        </label>
        <Select
          id={`${id}-channel`}
          value={query.channel ?? ''}
          onChange={({ currentTarget: { value } }) => onChange({ channel: value === '' ? null : value })}
        >
          <option value="">{t('allChannels')}</option>
          {listed.map(({ name, count }) => (
            <option key={name} value={name}>
              {`${name} (${format.number(count)})`}
            </option>
          ))}
        </Select>
      </div>
      <div className="min-w-0">
        <label htmlFor={`${id}-sort`} className="sr-only">
          {t('sort')}
        </label>
        <Select
          id={`${id}-sort`}
          value={query.sort}
          onChange={({ currentTarget: { value } }) =>
            onChange({ sort: recordingSorts.find((sort) => sort === value) ?? query.sort })
          }
        >
          {recordingSorts.map((sort) => (
            <option key={sort} value={sort}>
              {t(`sorts.${sort}`)}
            </option>
          ))}
        </Select>
      </div>
    </search>
  );
}

import { useTranslations } from 'use-intl';

/** Keys that do the same thing, and what they do. */
export type KeyRow = { keys: readonly string[]; what: string; more?: string };

type KeyListProps = { rows: readonly KeyRow[]; on: boolean; onSwitch: (on: boolean) => void };

/** The list of keys and what each does, with the switch that turns them all off on this device. */
export function KeyList({ rows, on, onSwitch }: KeyListProps) {
  const t = useTranslations('watch.keys');
  return (
    <>
      <ul className="grid gap-3 text-sm">
        {rows.map(({ keys, what, more }) => (
          <li key={what} className="flex items-start justify-between gap-6">
            <span>
              {what}
              {more !== undefined && <span className="block text-ink-soft text-xs">{more}</span>}
            </span>
            <span className="flex shrink-0 gap-1.5">
              {keys.map((key) => (
                <kbd key={key} className="min-w-7 rounded-md bg-sunken px-2 py-0.5 text-center font-medium font-sans">
                  {key}
                </kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
      <label className="mt-4 flex min-h-11 cursor-pointer items-center gap-3 text-sm">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => onSwitch(event.currentTarget.checked)}
          className="size-5 accent-accent"
        />
        {t('turnedOn')}
      </label>
    </>
  );
}

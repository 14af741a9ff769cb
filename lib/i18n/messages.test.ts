import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';
import { locales } from './locales.ts';
import { loadMessages } from './messages.ts';

type Tree = { [key: string]: string | Tree };

/** Every text with the path to it. */
function flatten(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : flatten(value, `${path}${key}.`),
  );
}

/** The names of the placeholders in a text, and of the tags around parts of it. */
function placesIn(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.literal || element.type === TYPE.pound) return [];
    if (element.type === TYPE.tag) return [`<${element.value}>`, ...placesIn(element.children)];
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return [element.value];
    return [element.value, ...Object.values(element.options).flatMap(({ value }) => placesIn(value))];
  });
}

const original = new Map(flatten(await loadMessages('en')));

describe.each(locales)('the texts in %s', (locale) => {
  it('are the same ones as in English', async () => {
    const keys = flatten(await loadMessages(locale)).map(([key]) => key);
    expect(new Set(keys)).toEqual(new Set(original.keys()));
  });

  it('are not empty, and have the same placeholders as in English', async () => {
    for (const [key, text] of flatten(await loadMessages(locale))) {
      expect(text.trim(), key).not.toBe('');
      const places = (message: string) => new Set(placesIn(parse(message)));
      expect(places(text), key).toEqual(places(original.get(key) ?? ''));
    }
  });

  it('have every plural form of the language', async () => {
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    const look = (key: string, elements: readonly MessageFormatElement[]): void => {
      for (const element of elements) {
        if (element.type !== TYPE.plural) continue;
        expect(Object.keys(element.options), key).toEqual(expect.arrayContaining(forms));
        for (const { value } of Object.values(element.options)) look(key, value);
      }
    };
    for (const [key, text] of flatten(await loadMessages(locale))) look(key, parse(text));
  });
});

describe('the texts in Korean', () => {
  it('use one word for each thing', async () => {
    // 진행자 is the presenter, 운영자 is the operator of the server, and a broadcast that has ended is 종료.
    for (const [key, text] of flatten(await loadMessages('ko'))) {
      expect(text, key).not.toMatch(/발표자|관리자|방송을? 끝내/);
    }
  });

  it('are Korean', async () => {
    // Names and formulas in other alphabets are the same in every language.
    for (const [key, text] of flatten(await loadMessages('ko'))) {
      if (/[A-Za-z]{3}/.test(original.get(key) ?? '')) expect(text, key).toMatch(/[가-힣]/);
    }
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import {
  isLiteralElement,
  isNumberElement,
  isPluralElement,
  isPoundElement,
  isSelectElement,
  isTagElement,
  type MessageFormatElement,
  parse,
} from '@formatjs/icu-messageformat-parser';
import type { Locator, Page } from 'playwright/test';

/**
 * Specs are written in English. Here is what lets them operate a page in Korean: the names and texts that they look for
 * are replaced by those that the Korean page has in their place, found in the application's own messages. What people
 * wrote themselves (titles, names, what is said) is in no message, and stays.
 */

/** A piece of a text: letters, or what stands in for the argument `name`. */
type Piece = { text: string } | { name: string; isNumber: boolean };

/** One of the forms of a message: what it reads with certain choices of its plurals and selections. */
type Form = { pieces: readonly Piece[]; choices: ReadonlyMap<string, string> };

/** A form of an English message, the source of a pattern for all texts that read like it, and the Korean message. */
type Entry = { english: Form; source: string; korean: readonly MessageFormatElement[] };

/** What an argument is replaced by when only a part of a message is looked for. */
const standIn = '\uFFFC';

/** What the arguments of messages may be, for patterns. */
const examples = [standIn, '1', '0:07', '2.5 kB'];

/** All messages, read when they are first needed: most projects are in English. */
let known: readonly Entry[] | null = null;
const translated = new WeakSet<RegExp>();

/**
 * Makes the pages of this process understand English locators although they are in Korean: those of `page` and all
 * others, as they share their methods.
 */
export function findInKorean(page: Page): void {
  const prototypes: object[] = [Object.getPrototypeOf(page), Object.getPrototypeOf(page.locator('body'))];
  for (const prototype of prototypes) translateMethods(prototype as Finder);
}

type Finder = Pick<Locator, 'getByText' | 'getByLabel' | 'getByRole' | 'getByPlaceholder'> &
  Partial<Pick<Locator, 'filter' | 'selectOption'>> & { [isPatched]?: boolean };
const isPatched = Symbol('finds in Korean');

function translateMethods(finder: Finder): void {
  if (finder[isPatched]) return;
  finder[isPatched] = true;
  for (const method of ['getByText', 'getByLabel', 'getByPlaceholder'] as const) {
    const find = finder[method];
    finder[method] = function (this: Locator, text, options) {
      return find.call(this, inKorean(text, options?.exact), options);
    };
  }
  const { getByRole, filter, selectOption } = finder;
  finder.getByRole = function (this: Locator, role, { name, ...options } = {}) {
    const named = name === undefined ? {} : { name: inKorean(name, options.exact) };
    return getByRole.call(this, role, { ...options, ...named });
  };
  // A page has neither.
  if (filter === undefined || selectOption === undefined) return;
  finder.filter = function (this: Locator, { hasText, ...options } = {}) {
    return filter.call(this, { ...options, ...(hasText === undefined ? {} : { hasText: inKorean(hasText) }) });
  };
  finder.selectOption = async function (this: Locator, values, options) {
    const label = typeof values === 'string' ? inKorean(values, true) : values;
    if (!(label instanceof RegExp)) return await selectOption.call(this, values, options);
    const chosen = await this.locator('option', { hasText: label }).textContent();
    return await selectOption.call(this, { label: chosen ?? '' }, options);
  };
}

/**
 * What a Korean page has in place of an English text.
 * @param text as for Playwright: a part of the text in any case, or all of it if `exact`, or a pattern
 * @returns the text itself if it is in no message, and else a pattern for all messages that read like this
 */
export function inKorean(text: string | RegExp, exact = false): string | RegExp {
  if (text instanceof RegExp) return patternInKorean(text);
  let source = wholeInKorean(text, exact);
  if (source === null && !exact) {
    const parts = entries().flatMap((entry) => translationOfPart(text, entry));
    // Somebody may have written it, and it is in a message by chance.
    if (parts.length > 0) source = oneOf([escapeText(text), ...parts]);
  }
  if (source === null) return text;
  return remember(new RegExp(exact ? `^(?:${source})$` : source, 'i'));
}

/** The source of a pattern for what stands in place of a text that is all of a message; `null` if it is in none. */
function wholeInKorean(text: string, exact: boolean): string | null {
  const found = [...entries().flatMap((entry) => translationOf(text, entry, exact)), ...translationOfList(text)];
  return found.length === 0 ? null : oneOf(found);
}

function oneOf(sources: readonly string[]): string {
  return [...new Set(sources)].join('|');
}

/** A pattern may be for what somebody wrote as well, and so stays beside its translations. */
function patternInKorean(pattern: RegExp): RegExp {
  if (translated.has(pattern)) return pattern;
  const once = new RegExp(pattern.source, pattern.flags.replace('g', ''));
  const found = entries()
    .filter(({ english }) => examples.some((argument) => once.test(read(english, argument))))
    .map((entry) => patternOf(write(entry, () => '.+')));
  return remember(new RegExp(oneOf([pattern.source, ...found]), pattern.flags));
}

function remember(pattern: RegExp): RegExp {
  translated.add(pattern);
  return pattern;
}

/** The Korean text, as the source of a pattern, for an English text that is all of a message. */
function translationOf(text: string, entry: Entry, exact: boolean): string[] {
  const found = new RegExp(`^${entry.source}$`, exact ? 's' : 'is').exec(text);
  // A message that is nothing but arguments reads like anything.
  if (found === null || entry.english.pieces.every((piece) => 'name' in piece)) return [];
  const names = entry.english.pieces.flatMap((piece) => ('name' in piece ? [piece.name] : []));
  const given = new Map(names.map((name, index) => [name, found[index + 1] ?? '']));
  const korean = write(entry, (name) => {
    const argument = given.get(name);
    if (argument === undefined) return '.*';
    const message = wholeInKorean(argument, true);
    return message === null ? escapeText(argument) : `(?:${message})`;
  });
  // With room for any words in it, the message may be like what somebody wrote.
  return entry.english.pieces.some((piece) => 'name' in piece && !piece.isNumber)
    ? [patternOf(korean), escapeText(text)]
    : [patternOf(korean)];
}

/** Several messages with commas between them are read as one text. */
function translationOfList(text: string): string[] {
  if (!text.includes(', ')) return [];
  const parts = text.split(', ').map((part) => ({ part, message: wholeInKorean(part, true) }));
  if (parts.every(({ message }) => message === null)) return [];
  const sources = parts.map(({ part, message }) => (message === null ? escapeText(part) : `(?:${message})`));
  return [sources.join(String.raw`,\s+`)];
}

/** The source of a pattern for a piece of an English text. */
function sourceOf(piece: Piece): string {
  if ('text' in piece) return escapeText(piece.text);
  return piece.isNumber ? String.raw`(\d[\d.,]*%?)` : '(.+?)';
}

/** The Korean message, as the source of a pattern, in which an English text is only a part. */
function translationOfPart(text: string, entry: Entry): string[] {
  const isPart = text.length > 2 && read(entry.english, standIn).toLowerCase().includes(text.toLowerCase());
  return isPart ? [patternOf(write(entry, () => '.*'))] : [];
}

/** An English form with the same text in place of all arguments, except numbers. */
function read({ pieces }: Form, argument: string): string {
  return pieces.map((piece) => ('text' in piece ? piece.text : piece.isNumber ? '2' : argument)).join('');
}

/** The Korean message with the choices of the English form. */
function write({ english, korean }: Entry, argument: (name: string) => string): string {
  return writeElements(korean, english.choices, argument);
}

function writeElements(
  elements: readonly MessageFormatElement[],
  choices: ReadonlyMap<string, string>,
  argument: (name: string) => string,
  counted = '',
): string {
  const writeAll = (nested: readonly MessageFormatElement[], count = counted) =>
    writeElements(nested, choices, argument, count);
  return elements
    .map((element) => {
      if (isLiteralElement(element)) return escapeText(element.value);
      if (isPoundElement(element)) return argument(counted);
      if (isTagElement(element)) return writeAll(element.children);
      if (!isPluralElement(element) && !isSelectElement(element)) return argument(element.value);
      const chosen = element.options[choices.get(element.value) ?? 'other'] ?? element.options.other;
      return writeAll(chosen?.value ?? [], element.value);
    })
    .join('');
}

/** Spaces are not told apart: the markup of a message may put a line break in their place. */
function patternOf(source: string): string {
  return source.trim().replaceAll(/\s+/g, '\\s+');
}

function escapeText(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

/** All forms of a message. */
function formsOf(elements: readonly MessageFormatElement[], counted = ''): Form[] {
  let forms: Form[] = [{ pieces: [], choices: new Map() }];
  for (const element of elements) {
    const next = formsOfElement(element, counted);
    forms = forms.flatMap((form) =>
      next.map(({ pieces, choices }) => ({
        pieces: [...form.pieces, ...pieces],
        choices: new Map([...form.choices, ...choices]),
      })),
    );
  }
  return forms;
}

function formsOfElement(element: MessageFormatElement, counted: string): Form[] {
  const form = (piece: Piece): Form[] => [{ pieces: [piece], choices: new Map() }];
  if (isLiteralElement(element)) return form({ text: element.value });
  if (isPoundElement(element)) return form({ name: counted, isNumber: true });
  if (isTagElement(element)) return formsOf(element.children, counted);
  if (!isPluralElement(element) && !isSelectElement(element)) {
    return form({ name: element.value, isNumber: isNumberElement(element) });
  }
  const { value: name } = element;
  return Object.entries(element.options).flatMap(([choice, { value }]) =>
    formsOf(value, name).map(({ pieces, choices }) => ({ pieces, choices: new Map([...choices, [name, choice]]) })),
  );
}

function entries(): readonly Entry[] {
  known ??= readEntries();
  return known;
}

function readEntries(): Entry[] {
  const folder = new URL('../../lib/i18n/messages/', import.meta.url);
  return readdirSync(new URL('en/', folder)).flatMap((file) => {
    const [english, korean] = ['en', 'ko'].map((locale) =>
      textsIn(JSON.parse(readFileSync(new URL(`${locale}/${file}`, folder), 'utf8'))),
    );
    return [...(english ?? [])].flatMap(([path, text]) => {
      const elements = parse(korean?.get(path) ?? '');
      return formsOf(parse(text)).map((form) => {
        return { english: form, source: form.pieces.map(sourceOf).join(''), korean: elements };
      });
    });
  });
}

/** The texts of a tree of messages, by their path in it. */
function textsIn(messages: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([key, message]): [string, string][] =>
      typeof message === 'string' ? [[`${path}.${key}`, message]] : [...textsIn(message, `${path}.${key}`)],
    ),
  );
}

import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from 'playwright/test';

/** The actions and observations of a person who takes part in a conversation, on a viewer's or a presenter's page. */
export class Participant {
  readonly page: Page;
  readonly panel: Locator;
  readonly log: Locator;

  constructor(page: Page) {
    this.page = page;
    this.panel = page.getByRole('region', { name: 'Conversation', exact: true });
    this.log = this.panel.getByRole('log', { name: 'Messages' });
  }

  /** Says how to be called; this is asked once. */
  async isCalled(name: string): Promise<void> {
    await this.panel.getByLabel('Your name').fill(name);
    await this.panel.getByRole('button', { name: 'Continue' }).click();
    await expect(this.panel.getByText(`You write as ${name}`)).toBeVisible();
  }

  async says(text: string): Promise<void> {
    await this.panel.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
    await this.panel.getByRole('button', { name: 'Send', exact: true }).click();
  }

  /** Expects a message to be shown once, as everybody sees it. */
  async reads(text: string): Promise<void> {
    await expect(this.message(text)).toHaveCount(1, { timeout: 15_000 });
  }

  message(text: string): Locator {
    return this.log.locator('[data-message]').filter({ hasText: text });
  }

  /** All messages as they are shown, without names and times. */
  async texts(): Promise<string[]> {
    const messages = await this.log.locator('[data-message]').all();
    return await Promise.all(messages.map((message) => message.locator('bdi').last().innerText()));
  }

  async opens(tab: 'Chat' | 'Questions' | 'Polls'): Promise<void> {
    await this.panel.getByRole('tab', { name: tab }).click();
  }

  async asks(text: string): Promise<void> {
    await this.panel.getByRole('textbox', { name: 'Question', exact: true }).fill(text);
    await this.panel.getByRole('button', { name: 'Ask', exact: true }).click();
  }

  /** Does something about a message, as presenters and moderators can. */
  async actsOn(text: string, action: string): Promise<void> {
    await this.message(text)
      .getByRole('button', { name: /^Actions for/ })
      .click();
    await this.message(text).getByRole('button', { name: action, exact: true }).click();
  }
}

/** Expects that axe finds nothing on a page. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

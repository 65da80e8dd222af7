import type { BrowserContext, Locator, Page } from 'playwright-core';

import { cutOffTextsIn, labelsIn } from './shown-texts.js';

/** The dialog of a credential. */
export class CredentialDialog {
	constructor(
		private readonly page: Page,
		readonly root: Locator,
	) {}

	/** The labels of the fields on show, from top to bottom, without their marks. */
	async fieldLabels(): Promise<string[]> {
		return await labelsIn(this.root.locator('[data-test-id="credential-connection-parameter"]'));
	}

	/** Types into a text or number field. */
	async fill(name: string, value: string | number): Promise<void> {
		await this.field(name).locator('input, textarea').first().fill(String(value));
	}

	/** Types a value into each of the fields named. */
	async fillAll(values: Readonly<Record<string, string | number>>): Promise<void> {
		for (const [name, value] of Object.entries(values)) await this.fill(name, value);
	}

	/** Picks an entry of a list. */
	async choose(name: string, option: string): Promise<void> {
		await this.field(name).click();
		await this.page.getByRole('option', { name: option }).filter({ visible: true }).first().click();
	}

	/** Makes the dialog as high as its fields, for a picture that shows them all. */
	async unfold(): Promise<void> {
		await this.root.evaluate((dialog) => {
			const field = dialog.querySelector('[data-test-id="credential-connection-parameter"]');
			for (let part = field?.parentElement; part; part = part.parentElement) {
				part.style.height = 'auto';
				part.style.maxHeight = 'none';
				if (part === dialog.parentElement) break;
			}
		});
	}

	/** Scrolls so that a field stands at the top. */
	async scrollTo(name: string): Promise<void> {
		await this.field(name).evaluate((field) => {
			const row = field.closest('form') ?? field;
			row.scrollIntoView({ block: 'start' });
		});
	}

	/** Clicks the button that opens the provider's page, and resolves with that page. */
	async connect(context: BrowserContext): Promise<Page> {
		const [popup] = await Promise.all([context.waitForEvent('page'), this.connectButton.click()]);
		await popup.waitForLoadState('domcontentloaded');
		return popup;
	}

	/** Clicks Save and waits until n8n has stored the credential. */
	async save(): Promise<void> {
		const stored = this.page.waitForResponse(
			(response) =>
				response.url().includes('/rest/credentials') &&
				['POST', 'PATCH'].includes(response.request().method()),
		);
		await this.root
			.locator(
				'[data-test-id=credential-save-button] button, button[data-test-id=credential-save-button]',
			)
			.first()
			.click();
		const response = await stored;
		if (!response.ok())
			throw new Error(`n8n did not store the credential: ${await response.text()}`);
	}

	/** The button that opens the provider's page. */
	get connectButton(): Locator {
		return this.root
			.locator('[data-test-id=oauth-connect-button], [data-test-id=quick-connect-button]')
			.or(this.root.getByRole('button', { name: /^(connect|sign in|connect my account)/i }))
			.first();
	}

	/** Texts of which the dialog shows only a part. */
	async cutOffTexts(): Promise<string[]> {
		return await cutOffTextsIn(this.root);
	}

	/** What the dialog says once an account is connected. */
	get connectedBanner(): Locator {
		return this.root
			.locator('[data-test-id=oauth-connect-success-banner]')
			.or(this.root.getByText('Account connected'))
			.first();
	}

	private field(name: string): Locator {
		return this.root.locator(`[data-test-id="parameter-input-${name}"]`).first();
	}
}

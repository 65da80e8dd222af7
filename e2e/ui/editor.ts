import type { Locator, Page } from 'playwright-core';

import { CredentialDialog } from './credential-dialog.js';
import { OWNER } from '../n8n/n8n-client.js';
import { NodePanel } from './node-panel.js';

/** Drives n8n's editor in a browser page by its `data-test-id` attributes. */
export class Editor {
	constructor(
		private readonly url: string,
		readonly page: Page,
	) {}

	/** Signs the owner in through the form. */
	async signIn(): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.locator('input[type=email]').fill(OWNER.email);
		await this.page.locator('input[type=password]').fill(OWNER.password);
		await this.page.keyboard.press('Enter');
		await this.page.waitForURL(/\/home\//);
	}

	/** Opens the dialog for a new credential of the type with that display name. */
	async openNewCredential(typeName: string): Promise<CredentialDialog> {
		await this.page.goto(`${this.url}/home/credentials/create`);
		await this.at('new-credential-type-select').locator('input').fill(typeName);
		await this.at('new-credential-type-select-option')
			.filter({ hasText: typeName })
			.first()
			.click();
		await this.at('new-credential-type-button').click();
		return await this.credentialDialog();
	}

	/** Opens the dialog of a stored credential. */
	async openCredential(credentialId: string): Promise<CredentialDialog> {
		await this.page.goto(`${this.url}/home/credentials/${credentialId}`);
		return await this.credentialDialog();
	}

	private async credentialDialog(): Promise<CredentialDialog> {
		const dialog = this.page.locator('[data-test-id=editCredential-modal]').last();
		await this.at('credential-edit-dialog').waitFor();
		await this.at('credential-connection-parameter').first().waitFor();
		return new CredentialDialog(this.page, dialog);
	}

	/** Opens a stored workflow on the canvas. */
	async openWorkflow(workflowId: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${workflowId}`);
		await this.at('canvas-node').first().waitFor();
		await this.at('execute-workflow-button').filter({ visible: true }).first().waitFor();
	}

	/** Clicks "Execute workflow" and waits until every node has been run or one has failed. */
	async executeWorkflow(lastNode: string): Promise<'success' | 'error'> {
		await this.at('execute-workflow-button').filter({ visible: true }).first().click();
		const node = this.at('canvas-node').filter({ hasText: lastNode });
		const success = node.locator('[data-test-id^=canvas-node-status-success]').first();
		const error = node
			.locator('[data-test-id^=canvas-node-status-error], [data-test-id=node-issues]')
			.first();
		await success.or(error).first().waitFor({ timeout: 60_000 });
		return (await error.isVisible()) ? 'error' : 'success';
	}

	/** Opens a node's panel from the canvas. */
	async openNode(name: string): Promise<NodePanel> {
		await this.at('canvas-node').filter({ hasText: name }).first().dblclick();
		const panel = this.at('ndv').first();
		await this.at('node-parameters').first().waitFor();
		return new NodePanel(this.page, panel);
	}

	/** Searches the node creator and resolves with its entries. */
	async searchNodes(text: string): Promise<Locator> {
		await this.at('node-creator-plus-button').first().click();
		await this.at('node-creator-search-bar').fill(text);
		return this.at('node-creator-item-name');
	}

	private at(testId: string): Locator {
		return this.page.locator(`[data-test-id="${testId}"]`);
	}
}

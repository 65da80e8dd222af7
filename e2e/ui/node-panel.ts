import type { Locator, Page } from 'playwright-core';

import { ErrorPanel } from './error-panel.js';
import { cutOffTextsIn, labelsIn } from './shown-texts.js';

/** A node's panel: its input, its parameters and its output. */
export class NodePanel {
	constructor(
		private readonly page: Page,
		readonly root: Locator,
	) {}

	/** The labels of the parameters on show, from top to bottom. */
	async parameterLabels(): Promise<string[]> {
		return await labelsIn(this.parameters);
	}

	/** The column in the middle. */
	get parameters(): Locator {
		return this.root.locator('[data-test-id="node-parameters"]');
	}

	/** The column on the right. */
	get output(): Locator {
		return this.root.locator('[data-test-id="output-panel"]');
	}

	/** Shows the output as JSON and resolves with its text. */
	async outputJson(): Promise<string> {
		await this.output.getByText('JSON', { exact: true }).click();
		const json = this.output.locator('.vjs-tree, [data-test-id=ndv-json-data]').first();
		await json.waitFor();
		return await json.innerText();
	}

	/** What stands in place of the output when the run has failed. */
	get error(): ErrorPanel {
		return new ErrorPanel(this.output.locator('.node-error-view').first());
	}

	/** Texts of the parameters of which the panel shows only a part. */
	async cutOffTexts(): Promise<string[]> {
		return await cutOffTextsIn(this.parameters);
	}

	/** Opens a list of further options and resolves with their names. */
	async listOptions(): Promise<string[]> {
		await this.parameters.locator('input[placeholder="Add option" i]').last().click();
		const options = this.page.getByRole('option').filter({ visible: true });
		await options.first().waitFor();
		return await options.allInnerTexts();
	}

	/** Adds the only option of a list of further options that has but one. */
	async addOnlyOption(): Promise<void> {
		await this.parameters.getByRole('button', { name: 'Add option' }).click();
	}

	/** Opens a list of choices and resolves with their texts, name and description. */
	async listChoices(name: string): Promise<string[]> {
		await this.parameter(name).click();
		const choices = this.page.getByRole('option').filter({ visible: true });
		await choices.first().waitFor();
		return await choices.allInnerTexts();
	}

	/** Picks one of the choices on show. */
	async choose(name: string): Promise<void> {
		await this.page.getByRole('option', { name }).filter({ visible: true }).first().click();
	}

	private parameter(name: string): Locator {
		return this.parameters.locator(`[data-test-id="parameter-input-${name}"]`).first();
	}
}

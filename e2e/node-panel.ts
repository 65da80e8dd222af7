import type { Locator, Page } from 'playwright-core';

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

	/** What the panel says of a failed run: message, description and further details. */
	async errorText(): Promise<string> {
		const error = this.output.locator('[data-test-id="node-error-view"], .node-error-view').first();
		await error.waitFor();
		return await error.innerText();
	}

	/** The parts of the failed run's message and remedy that run over the panel's edge. */
	async overflowingErrorTexts(): Promise<string[]> {
		return await this.output.locator('.node-error-view').evaluate((view) => {
			const edge = view.getBoundingClientRect().right;
			return Array.from(view.querySelectorAll('.node-error-view__header *'))
				.filter((element) => element.childElementCount === 0)
				.filter((element) => {
					const text = document.createRange();
					text.selectNodeContents(element);
					return text.getBoundingClientRect().right > edge + 1;
				})
				.map((element) => element.textContent ?? '');
		});
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
}

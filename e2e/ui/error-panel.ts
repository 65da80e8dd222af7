import type { Locator } from 'playwright-core';

import { closeNotifications } from './notifications.js';

/** What the output panel shows of a failed run, part by part, as a reader sees it. */
export interface ShownError {
	/** In red: what happened. */
	title: string;
	/** Below it: the remedy. */
	description: string;
	/** Everything on show while "Other info" is folded, "Error details" included. */
	shown: string;
	/** By label: what "Error details" says, e.g. `Full message`. */
	details: Record<string, string>;
	/** What "Other info" holds, the stack trace among it. */
	otherInfo: string;
}

/** The part of a node's panel that stands in place of its output when a run has failed. */
export class ErrorPanel {
	constructor(readonly root: Locator) {}

	/** Unfolds "Error details", not "Other info", and reads everything. */
	async read(): Promise<ShownError> {
		await this.root.waitFor();
		await closeNotifications(this.root.page());
		const [details, otherInfo] = await this.folded();
		await details?.locator('summary').click();
		const shown = await this.root.innerText();
		const rows: Record<string, string> = {};
		for (const row of (await details?.locator('.node-error-view__details-row').all()) ?? []) {
			const label = await row.locator('.node-error-view__details-label').innerText();
			rows[label.trim()] = (
				await row.locator('.node-error-view__details-value').innerText()
			).trim();
		}
		return {
			title: (await this.root.locator('.node-error-view__header-message').innerText()).trim(),
			description: (
				await this.root.locator('.node-error-view__header-description').innerText()
			).trim(),
			shown,
			details: rows,
			otherInfo: (await otherInfo.textContent()) ?? '',
		};
	}

	/** Texts that run over the panel's edge, or of which a part is hidden. */
	async cutOffTexts(): Promise<string[]> {
		return await this.root.evaluate((view) => {
			const edge = view.getBoundingClientRect().right;
			const isHidden = (element: Element): boolean => {
				const { overflowX, overflowY } = getComputedStyle(element);
				return (
					(overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) ||
					(overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1)
				);
			};
			const runsOver = (element: Element): boolean => {
				if (element.childElementCount > 0) return false;
				const text = document.createRange();
				text.selectNodeContents(element);
				return text.getBoundingClientRect().right > edge + 1;
			};
			return Array.from(view.querySelectorAll('*'))
				.filter((element) => element.getBoundingClientRect().width > 0)
				.filter((element) => isHidden(element) || runsOver(element))
				.map((element) => element.textContent ?? '');
		});
	}

	/** "Error details", where there are any, and "Other info". */
	private async folded(): Promise<[Locator | undefined, Locator]> {
		const parts = await this.root.locator('details.node-error-view__details').all();
		const last = parts.at(-1);
		if (last === undefined) throw new Error('The panel shows an error without "Other info".');
		return [parts.length > 1 ? parts[0] : undefined, last];
	}
}

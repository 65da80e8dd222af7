import type { Locator } from 'playwright-core';

/** The texts of the labels on show, without the star of a required field. */
export async function labelsIn(root: Locator): Promise<string[]> {
	const labels = await root
		.locator('label')
		.evaluateAll((found) =>
			found
				.filter((label) => label.getBoundingClientRect().width > 0)
				.map((label) => label.querySelector('.n8n-text')?.textContent ?? ''),
		);
	return labels.map((label) => label.replaceAll('*', '').trim()).filter((label) => label !== '');
}

/** Labels, notices and chosen values that are wider than the room they have. */
export async function cutOffTextsIn(root: Locator): Promise<string[]> {
	return await root
		.locator('label, label *, [class*=notice], [class*=hint], input[readonly]')
		.evaluateAll((elements) =>
			elements
				.filter((element) => element.clientWidth > 0)
				.filter((element) => element.scrollWidth > element.clientWidth + 1)
				.filter((element) => getComputedStyle(element).overflowX !== 'visible')
				.map((element) =>
					element instanceof HTMLInputElement ? element.value : (element.textContent ?? ''),
				),
		);
}

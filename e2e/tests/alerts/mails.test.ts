import { fileURLToPath } from 'node:url';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { letterHtml } from '../../../nodes/SmtpOAuthSendEmail/alerting/mail/letter-html.js';
import { ALERT_LETTER, DIGEST_LETTER } from '../../ui/alert-letters.js';
import { launchChromium } from '../../ui/chromium.js';

const LETTERS = { alert: letterHtml(ALERT_LETTER), digest: letterHtml(DIGEST_LETTER) };

const SCREENS = [
	{ width: 380, colorScheme: 'light' },
	{ width: 380, colorScheme: 'dark' },
	{ width: 900, colorScheme: 'light' },
	{ width: 900, colorScheme: 'dark' },
] as const;

/** WCAG 2.2 §1.4.3, level AA. */
const LEAST_CONTRAST = 4.5;

/** What a client leaves that removes style elements. */
const stripped = (html: string): string => html.replace(/<style>.*?<\/style>/s, '');

/** The least contrast of any text to what lies behind it, and the text. */
async function leastContrast(page: Page): Promise<{ contrast: number; text: string }> {
	return await page.evaluate(() => {
		const numbersOf = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
		const luminance = (colour: string): number => {
			const [red = 0, green = 0, blue = 0] = numbersOf(colour).map((value) => {
				const part = value / 255;
				return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
			});
			return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
		};
		const behind = (element: Element | null): string => {
			if (element === null) return 'rgb(255, 255, 255)';
			const { backgroundColor } = getComputedStyle(element);
			const [, , , alpha = 1] = numbersOf(backgroundColor);
			return alpha === 0 ? behind(element.parentElement) : backgroundColor;
		};
		const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		let least = { contrast: 21, text: '' };
		for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
			const text = (node.textContent ?? '').trim();
			const { parentElement } = node;
			if (text === '' || parentElement === null) continue;
			const [one, other] = [getComputedStyle(parentElement).color, behind(parentElement)]
				.map(luminance)
				.sort((a, b) => b - a);
			const contrast = ((one ?? 0) + 0.05) / ((other ?? 0) + 0.05);
			if (contrast < least.contrast) least = { contrast, text };
		}
		return least;
	});
}

describe('the mails of alerts', () => {
	let browser: Browser;
	beforeAll(async () => {
		browser = await launchChromium();
	});
	afterAll(async () => await browser?.close());

	const open = async (
		html: string,
		{ width, colorScheme }: (typeof SCREENS)[number],
	): Promise<{ page: Page; requests: string[] }> => {
		const page = await browser.newPage({ viewport: { width, height: 400 }, colorScheme });
		const requests: string[] = [];
		page.on('request', (request) => requests.push(request.url()));
		await page.setContent(html);
		return { page, requests };
	};

	const cases = Object.entries(LETTERS).flatMap(([name, html]) =>
		SCREENS.flatMap((screen) => [
			{ name, screen, html, styles: 'its styles' },
			{ name, screen, html: stripped(html), styles: 'inline styles alone' },
		]),
	);

	it.each(cases)(
		'can be read: $name, $screen.width px, $screen.colorScheme, with $styles',
		async ({ screen, html }) => {
			const { page, requests } = await open(html, screen);
			const { contrast, text } = await leastContrast(page);
			expect(contrast, text).toBeGreaterThanOrEqual(LEAST_CONTRAST);
			const widths = await page.evaluate(() =>
				Array.from(
					document.querySelectorAll('*'),
					(element) => element.getBoundingClientRect().right,
				),
			);
			expect(Math.max(...widths)).toBeLessThanOrEqual(screen.width);
			expect(requests).toEqual([]);
			await page.close();
		},
	);

	it('have their pictures in the docs', async () => {
		const pictures = [
			{ name: 'alert', html: LETTERS.alert, width: 700, colorScheme: 'light' },
			{ name: 'alert-narrow-dark', html: LETTERS.alert, width: 380, colorScheme: 'dark' },
			{ name: 'alert-digest', html: LETTERS.digest, width: 700, colorScheme: 'light' },
		] as const;
		for (const { name, html, width, colorScheme } of pictures) {
			const page = await browser.newPage({ viewport: { width, height: 400 }, colorScheme });
			await page.setContent(html);
			const path = fileURLToPath(new URL(`../../../docs/images/${name}.png`, import.meta.url));
			const isRenewing = process.env['UPDATE_SCREENSHOTS'] === '1';
			const picture = await page.screenshot({ fullPage: true, ...(isRenewing ? { path } : {}) });
			expect(picture.length).toBeGreaterThan(10_000);
			await page.close();
		}
	});
});

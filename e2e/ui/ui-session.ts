import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { inject } from 'vitest';

import { launchChromium } from './chromium.js';
import { Editor } from './editor.js';
import { N8nClient } from '../n8n/n8n-client.js';
import { closeNotifications } from './notifications.js';

/** Where the pictures of the documentation lie. */
export const IMAGES_PATH = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const FAILURES_PATH = path.join(tmpdir(), 'n8n-nodes-smtp-oauth-e2e');

/** A browser with a page in the editor, and the same n8n by its routes. */
export interface UiSession {
	browser: Browser;
	context: BrowserContext;
	page: Page;
	editor: Editor;
	client: N8nClient;
	/** Renews a picture of the editor in docs/images, if that was asked for. */
	picture(name: string, heightPx?: number): Promise<void>;
	/** Keeps a picture of what stood on the screen when a test failed; resolves with its path. */
	failurePicture(name: string): Promise<string>;
	close(): Promise<void>;
}

/** Whether the pictures in docs/images are to be renewed. */
export const isRenewing = process.env['UPDATE_SCREENSHOTS'] === '1';

/** n8n by its routes, as the owner. */
export function openClient(): N8nClient {
	const { url, session } = inject('n8n');
	return new N8nClient(url, session);
}

const VIEWPORT = { width: 1440, height: 900 };

/** Opens a browser of 1440 by 900, signed in as the owner unless told otherwise. */
export async function openUiSession({ isSignedIn = true } = {}): Promise<UiSession> {
	const { url, session } = inject('n8n');
	const browser = await launchChromium();
	const context = await browser.newContext({
		viewport: VIEWPORT,
		locale: 'en-US',
		timezoneId: 'UTC',
		colorScheme: 'light',
	});
	context.setDefaultTimeout(60_000);
	if (isSignedIn) {
		await context.addCookies(session.cookies.map(({ name, value }) => ({ name, value, url })));
		await context.addInitScript(
			(browserId) => localStorage.setItem('n8n-browserId', browserId),
			session.browserId,
		);
	}
	const page = await context.newPage();
	return {
		browser,
		context,
		page,
		editor: new Editor(url, page),
		client: openClient(),
		async picture(name, heightPx = VIEWPORT.height) {
			if (!isRenewing) return;
			await mkdir(IMAGES_PATH, { recursive: true });
			await page.setViewportSize({ ...VIEWPORT, height: heightPx });
			// What lies under the mouse shows switches of its own.
			await page.mouse.move(2, 2);
			await waitUntilStill(page);
			await page.screenshot({ path: path.join(IMAGES_PATH, `${name}.png`) });
			await page.setViewportSize(VIEWPORT);
		},
		async failurePicture(name) {
			await mkdir(FAILURES_PATH, { recursive: true });
			const file = path.join(FAILURES_PATH, `${name.replaceAll(/\W+/g, '-')}.png`);
			await page.screenshot({ path: file });
			return file;
		},
		async close() {
			await browser.close();
		},
	};
}

/** Closes notifications, and waits until fonts are loaded and animations have ended. */
async function waitUntilStill(page: Page) {
	await closeNotifications(page);
	await page.evaluate(async () => {
		await document.fonts.ready;
		await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
	});
	// Away from buttons that show more while the pointer is over them.
	await page.mouse.move(0, 0);
}

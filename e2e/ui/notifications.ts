import type { Locator, Page } from 'playwright-core';

/** The notifications on show, at the edge of the screen. */
export function notificationsOf(page: Page): Locator {
	return page.locator('.el-notification').filter({ visible: true });
}

/** Closes them: they cover what a test clicks or takes a picture of. */
export async function closeNotifications(page: Page): Promise<void> {
	const close = page.locator('.el-notification__closeBtn').filter({ visible: true });
	for (let left = await close.count(); left > 0; left -= 1) await close.first().click();
	await page.locator('.el-notification').first().waitFor({ state: 'detached' });
}

import { afterEach } from 'vitest';

import type { UiSession } from './ui-session.js';

/** Keeps a picture of the screen for every test of the suite that fails, and prints its path. */
export function pictureFailures(session: () => UiSession | undefined) {
	afterEach(async ({ task }) => {
		const ui = session();
		if (task.result?.state !== 'fail' || ui === undefined) return;
		console.log(`What the screen showed: ${await ui.failurePicture(task.name)}`);
	});
}
